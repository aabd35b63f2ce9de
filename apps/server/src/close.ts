import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Sockets } from './socket/index.ts';

/** How long a connection may take to say goodbye before it is cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Makes the function that closes a server for good: transports first, so that browsers see a lost line and
 * come back by themselves, then the port. Calling it again waits for the same end.
 */
export function createClose(http: HttpServer, sockets: Sockets): () => Promise<void> {
	const connections = new Set<Socket>();
	http.on('connection', (connection) => {
		connections.add(connection);
		connection.once('close', () => connections.delete(connection));
	});

	async function close(): Promise<void> {
		// Neither `closeAllConnections` nor `ws` would end a WebSocket whose other side is silent in time.
		const cut = setTimeout(() => connections.forEach((connection) => connection.destroy()), CLOSE_GRACE_MS);
		await sockets.io.close();
		clearTimeout(cut);
		await sockets.close();
	}

	let closed: Promise<void> | undefined;
	return () => (closed ??= close());
}
