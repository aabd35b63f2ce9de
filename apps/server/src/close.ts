import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sockets } from './socket/index.ts';
import type { Timings } from './timings.ts';

/**
 * Makes the function that closes a server. It stores and acknowledges the received requests, then closes the
 * transports, so that browsers reconnect by themselves, then the port. Requests that arrive meanwhile are stored too. A
 * client without an acknowledgement sends its entry again to the next server. Further calls wait for the same result.
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
		// `closeAllConnections` and `ws` would not end a WebSocket with a silent client in time.
		const cut = setTimeout(() => connections.forEach((connection) => connection.destroy()), timings.closeTimeoutMs);
		await sockets.close();
		await new Promise((resolve) => http.close(resolve));
		clearTimeout(cut);
		await sockets.finish();
	}

	let closed: Promise<void> | undefined;
	return () => (closed ??= close());
}
