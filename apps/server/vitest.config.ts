import { defineProject } from 'vitest/config';

export default defineProject({
	test: {
		name: 'server',
		environment: 'node',
		include: ['test/**/*.test.ts'],
		exclude: ['test/faults/cluster/**'],
		// What runs side by side waits for the time-outs of a server, and for nothing else.
		maxConcurrency: 40
	}
});
