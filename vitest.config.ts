import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			'packages/protocol',
			'packages/sync',
			'packages/scripts',
			'packages/bench',
			'apps/server',
			'apps/client'
		],
		silent: 'passed-only'
	}
});
