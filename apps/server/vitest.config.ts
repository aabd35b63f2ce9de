import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

export default defineProject({
	test: {
		...PATIENCE,
		name: 'server',
		environment: 'node',
		include: ['test/**/*.test.ts'],
		exclude: ['test/faults/cluster/**', 'test/hostile/sharing/**'],
		// What runs side by side waits for the time-outs of a server, and for nothing else.
		maxConcurrency: 40
	}
});
