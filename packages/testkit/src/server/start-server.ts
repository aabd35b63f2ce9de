import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { createLogger } from '@digda/server/log.ts';
import { createServer, type ServerOptions } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';
import { startNodes } from './nodes.ts';
import type { LogLine } from './ServerProcess.ts';
import { shareEngines } from './shared-engines.ts';
import { temporaryDatabase } from './temporary-database.ts';

export type EchoClient = Socket<EchoServerToClient, EchoClientToServer>;

/** Starts a real server on a free port of 127.0.0.1; it is closed when the test ends. */
export async function startServer(options: Partial<ServerOptions> = {}) {
	const lines: LogLine[] = [];
	const destination = { write: (line: string) => lines.push(JSON.parse(line) as LogLine) };
	const log = createLogger('debug', { isTerminal: false, destination });

	const database = temporaryDatabase();
	const shared = await shareEngines();
	if (shared) {
		const { close, ...first } = await startNodes(shared, log, options);
		onTestFinished(close);
		return { ...first, database, lines };
	}
	const store = await openStore(database.url, log);
	const origins = ['http://localhost:5173'];
	// Most tests are of volume.
	const server = createServer({ log, origins, store, areRatesLimited: false, ...options });
	const port = await server.listen(0, '127.0.0.1');
	onTestFinished(async () => {
		await server.close();
		await store.close();
		database.remove();
	});
	return { server, store, database, port, url: `http://127.0.0.1:${port}`, lines };
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
