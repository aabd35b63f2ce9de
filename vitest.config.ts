import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: ['packages/protocol', 'packages/sync', 'packages/scripts', 'apps/server', 'apps/client'],
		silent: 'passed-only'
	}
});
