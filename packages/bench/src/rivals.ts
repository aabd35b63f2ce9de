import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import socketIo from 'socket.io/package.json' with { type: 'json' };
import ws from 'ws/package.json' with { type: 'json' };
import project from '../../../package.json' with { type: 'json' };
import type { DialectName } from './load/dialects/index.ts';
import type { Program } from './servers/ServerUnderTest.ts';

/** A server that is measured beside others. */
export interface Rival extends Program {
	name: string;
	/** The version of its main library. */
	version: string;
	dialect: DialectName;
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The server of the blog, as published. */
export const blog: Rival = {
	...{ name: 'blog', version: `socket.io ${socketIo.version}`, dialect: 'blog' },
	file: pathOf('./servers/blog.ts')
};

/** digda with durable storage (`synchronous=FULL`) and its log, but without limits and the page. */
export const digda: Rival = {
	...{ name: 'digda', version: project.version, dialect: 'digda' },
	file: pathOf('../../../apps/server/src/start.js'),
	// The options of `pnpm start`.
	nodeOptions: ['--max-semi-space-size=8'],
	environment: (directory) => ({
		DATABASE_URL: `sqlite:${databaseIn(directory)}`,
		RATE_LIMITS: 'off',
		NODE_ENV: 'development'
	})
};

/** The file in which digda keeps its log. */
export const databaseIn = (directory: string) => join(directory, 'digda.sqlite');

export const bareWs: Rival = {
	...{ name: 'ws', version: `ws ${ws.version}`, dialect: 'plain' },
	file: pathOf('./servers/bare-ws.ts')
};

/** The WebSocket server of Bun, if `bun` is on the PATH or at `BUN_PATH`. */
export function findBun(): Rival | undefined {
	const runtime = process.env['BUN_PATH'] ?? 'bun';
	const { stdout, status } = spawnSync(runtime, ['--version'], { encoding: 'utf8' });
	if (status !== 0) return undefined;
	return {
		...{ name: 'bun', version: `bun ${stdout.trim()}`, dialect: 'plain', runtime },
		file: pathOf('./servers/bun.ts')
	};
}
