import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

/** Three nodes and all that stands around them, under faults: after all other tests, for what is late is a failure. */
export default defineProject({
	test: {
		...PATIENCE,
		name: 'cluster',
		environment: 'node',
		include: ['test/faults/cluster/*.test.ts'],
		fileParallelism: false,
		sequence: { groupOrder: 1 }
	}
});
