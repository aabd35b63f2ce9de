import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { missingEngines } from './packages/testkit/src/engines/engines.ts';
import { DEEP, FAST } from './packages/testkit/src/patience.ts';

// Each thread of a store would strip the types of its files with WebAssembly, and where many threads do, V8 may end the
// process (https://github.com/nodejs/node/issues/64500). What was stripped once is kept, for threads by the variable.
enableCompileCache();
process.env['NODE_COMPILE_CACHE'] ??= getCompileCacheDir() ?? '';

type Options = NonNullable<TestProjectInlineConfiguration['test']>;

/** Tests of a folder that `pnpm test` runs: all but those in `test/deep`. */
const fast = (name: string, root: string, options: Options = {}): TestProjectInlineConfiguration => ({
	test: { ...FAST, name, root, include: ['test/**/*.test.ts'], exclude: ['test/deep/**'], ...options }
});

/** Tests of a folder that `pnpm test:all` runs besides. */
const deep = (name: string, root: string, options: Options = {}): TestProjectInlineConfiguration => ({
	test: { ...DEEP, name: `${name}-deep`, root, include: ['test/deep/**/*.test.ts'], ...options }
});

/** What differs between one server and three: the order of messages, who is there, and sessions that end everywhere. */
const DIFFERS_ON_NODES = ['direct-rooms', 'messages', 'presence', 'private-rooms', 'sessions'].map(
	(name) => `test/chat/${name}.test.ts`
);

/** What a cluster needs is on this machine; `pnpm test` says what is missing. */
const hasEngines = missingEngines().length === 0;

/** Tests of one file that run side by side wait for the time-outs of a server, and for nothing else. */
const BESIDE: Options = { maxConcurrency: 40 };

/** Each test on three nodes, to which clients are connected by turns. */
const ON_NODES: Options = { ...BESIDE, globalSetup: '../../packages/testkit/src/engines/provide-engines.ts' };

/** Tests in which being late is a failure, or in which time is measured: one after the other, after all others. */
const ALONE = ['test/deep/faults/cluster/*.test.ts', 'test/deep/hostile/sharing/*.test.ts'];

export default defineConfig({
	test: {
		projects: [
			fast('protocol', 'packages/protocol', {
				typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' }
			}),
			fast('sync', 'packages/sync'),
			fast('testkit', 'packages/testkit'),
			fast('scripts', 'packages/scripts'),
			fast('bench', 'packages/bench'),
			'apps/client',
			fast('server', 'apps/server', BESIDE),
			fast('nodes', 'apps/server', { ...ON_NODES, include: hasEngines ? DIFFERS_ON_NODES : [] }),
			deep('sync', 'packages/sync'),
			deep('server', 'apps/server', { ...BESIDE, exclude: ALONE }),
			deep('nodes', 'apps/server', {
				...ON_NODES,
				include: hasEngines ? ['test/{,deep/}{chat,hostile}/*.test.ts'] : [],
				exclude: [...DIFFERS_ON_NODES, 'test/hostile/sharing.test.ts']
			}),
			deep('alone', 'apps/server', { include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } })
		],
		// Most tests wait for a server, for a disk or for a line, so more of them than there are cores run side by side.
		maxWorkers: 2 * availableParallelism(),
		silent: 'passed-only'
	}
});
