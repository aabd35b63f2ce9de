import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sockets } from './socket/index.ts';
import type { Timings } from './timings.ts';

/**
 * Makes the function that closes a server for good: what was sent is stored and acknowledged, then the transports are
 * closed, so that browsers see a lost line and come back by themselves, then the port. What comes in between is stored
 * as well, and whoever hears no acknowledgement sends it again to the next server. Calling it again waits for the same end.
 */
export function createClose(http: HttpServer, sockets: Sockets, timings: Timings): () => Promise<void> {
	const connections = new Set<Socket>();
	function forget(this: Socket): void {
		connections.delete(this);
	}
	http.on('connection', (connection) => {
		connections.add(connection);
		connection.on('close', forget);
	});

	async function close(): Promise<void> {
		await Promise.race([sockets.finish(), sleep(timings.finishTimeoutMs, undefined, { ref: false })]);
		// Neither `closeAllConnections` nor `ws` would end a WebSocket whose other side is silent in time.
		const cut = setTimeout(() => connections.forEach((connection) => connection.destroy()), timings.closeTimeoutMs);
		await sockets.close();
		await new Promise((resolve) => http.close(resolve));
		clearTimeout(cut);
		await sockets.finish();
	}

	let closed: Promise<void> | undefined;
	return () => (closed ??= close());
}
