import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: ['packages/protocol', 'packages/scripts', 'apps/server', 'apps/client'],
		silent: 'passed-only'
	}
});
