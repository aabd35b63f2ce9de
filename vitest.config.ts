import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { defineConfig } from 'vitest/config';

// Each thread of a store would strip the types of its files with WebAssembly, and where many threads do, V8 may end the
// process (https://github.com/nodejs/node/issues/64500). What was stripped once is kept, for threads by the variable.
enableCompileCache();
process.env['NODE_COMPILE_CACHE'] ??= getCompileCacheDir() ?? '';

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
			'apps/server/vitest.sharing.config.ts',
			'apps/client'
		],
		silent: 'passed-only'
	}
});
