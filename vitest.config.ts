import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			'packages/protocol',
			'packages/sync',
			'packages/scripts',
			'packages/bench',
			'apps/server',
			'apps/server/vitest.nodes.config.ts',
			'apps/server/vitest.faults.config.ts',
			'apps/client'
		],
		silent: 'passed-only'
	}
});
