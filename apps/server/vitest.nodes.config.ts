import { defineProject } from 'vitest/config';
import { missingEngines } from './test/support/engines.ts';

/** What people and attackers do, once more: each test on three nodes, to which clients are connected by turns. */
export default defineProject({
	test: {
		name: 'nodes',
		environment: 'node',
		include: missingEngines().length > 0 ? [] : ['test/chat/*.test.ts', 'test/hostile/*.test.ts'],
		globalSetup: 'test/cluster-setup.ts',
		// Three servers for each test, and what one of them knows the others hear a little later.
		testTimeout: 20_000,
		maxConcurrency: 40
	}
});
