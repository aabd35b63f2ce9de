import { defineProject } from 'vitest/config';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { PATIENCE } from '@digda/testkit/patience.ts';

/** What people and attackers do, once more: each test on three nodes, to which clients are connected by turns. */
export default defineProject({
	test: {
		...PATIENCE,
		name: 'nodes',
		environment: 'node',
		include: missingEngines().length > 0 ? [] : ['test/chat/*.test.ts', 'test/hostile/*.test.ts'],
		globalSetup: '../../packages/testkit/src/engines/provide-engines.ts',
		maxConcurrency: 40
	}
});
