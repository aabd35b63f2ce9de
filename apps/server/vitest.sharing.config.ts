import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

/** How long honest people wait while somebody attacks: after all other tests, for it is measured. */
export default defineProject({
	test: {
		...PATIENCE,
		name: 'sharing',
		environment: 'node',
		include: ['test/hostile/sharing/*.test.ts'],
		fileParallelism: false,
		sequence: { groupOrder: 2 }
	}
});
