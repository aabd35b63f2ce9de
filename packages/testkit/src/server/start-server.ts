import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { createLogger } from '@digda/server/log.ts';
import type { ServerOptions } from '@digda/server/server.ts';
import { shareClients, startNode } from './nodes.ts';
import type { LogLine } from './ServerProcess.ts';
import { NODES, shareEngines } from './shared-engines.ts';
import { temporaryDatabase } from './temporary-database.ts';

export type EchoClient = Socket<EchoServerToClient, EchoClientToServer>;

export interface StartOptions extends Partial<ServerOptions> {
	/** Of the first node; any free one unless told otherwise. */
	port?: number;
}

/**
 * Starts a real server in this process, on 127.0.0.1 and an empty database; where tests run on nodes, several of them.
 * It is closed when the test ends, or before.
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
		for (const { line } of nodes) line?.close();
		database.remove();
		await shared?.remove();
	}
	let closing: Promise<void> | undefined;
	const close = () => (closing ??= closeAll());
	onTestFinished(close);
	return { ...first, database, lines, close };
}

/** A stock client that knows the two events of the echo and nothing else; closed when the test ends. */
export async function connectEcho(
	url: string,
	options: Partial<ManagerOptions & SocketOptions> = {}
): Promise<EchoClient> {
	const socket: EchoClient = io(url, { forceNew: true, ...options });
	onTestFinished(() => void socket.disconnect());
	await nextEvent(socket, 'connect');
	return socket;
}

/** The first argument of the next event of a socket or a manager. */
export function nextEvent(
	emitter: { once(event: never, listener: (value: unknown) => void): unknown },
	event: string
): Promise<unknown> {
	return new Promise((resolve) => emitter.once(event as never, resolve));
}

/** Asks the echo and answers with what it said. */
export async function ask(socket: EchoClient, text: string): Promise<unknown> {
	const answer = nextEvent(socket, 'eventFromServer');
	socket.emit('eventFromClient', text);
	return await answer;
}
