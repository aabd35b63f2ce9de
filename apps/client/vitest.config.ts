import { defineProject, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

export default mergeConfig(
	viteConfig({ command: 'build', mode: 'test' }),
	defineProject({
		// Svelte's own runtime for browsers: on a server runes do not react.
		resolve: { conditions: ['browser'] },
		test: { name: 'client', environment: 'node', include: ['test/**/*.test.ts'] }
	})
);
