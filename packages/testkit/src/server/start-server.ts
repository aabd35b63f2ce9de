import { onTestFinished } from 'vitest';
import { createLogger } from '@digda/server/log.ts';
import type { ServerOptions } from '@digda/server/server.ts';
import { shareClients, startNode } from './nodes.ts';
import type { LogLine } from './ServerProcess.ts';
import { NODES, shareEngines } from './shared-engines.ts';
import { temporaryDatabase } from './temporary-database.ts';

export interface StartOptions extends Partial<ServerOptions> {
	/** The port of the first node, by default any free one. */
	port?: number;
}

/**
 * Starts a server in this process, on 127.0.0.1 with an empty database, or several nodes where tests run on nodes. The
 * servers are closed when the test ends, or before.
 */
export async function startServer({ port = 0, ...options }: StartOptions = {}) {
	const lines: LogLine[] = [];
	const destination = { write: (line: string) => lines.push(JSON.parse(line) as LogLine) };
	const log = createLogger('debug', { isTerminal: false, destination });

	const database = temporaryDatabase();
	const shared = await shareEngines();
	const variables = shared?.variables ?? { DATABASE_URL: database.url };
	const start = (PORT: number) => startNode({ ...variables, PORT }, log, options);
	const others = Array.from({ length: shared ? NODES - 1 : 0 }, () => start(0));
	const [first, ...peers] = await Promise.all([start(port), ...others]);
	if (shared) shareClients([first.url, ...peers.map(({ url }) => url)]);

	const nodes = [first, ...peers];
	async function closeAll(): Promise<void> {
		await Promise.all(nodes.map(({ server }) => server.close()));
		await Promise.all(nodes.map(({ store }) => store.close()));
		for (const { redis } of nodes) redis?.close();
		database.remove();
		await shared?.remove();
	}
	let closing: Promise<void> | undefined;
	const close = () => (closing ??= closeAll());
	onTestFinished(close);
	return { ...first, database, lines, close };
}
