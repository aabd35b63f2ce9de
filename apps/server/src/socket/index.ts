import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { Server } from 'socket.io';
import type { Logger } from '../log.ts';
import { isOriginAllowed } from '../origins.ts';
import type { Store } from '../store/store.ts';
import { registerChat } from './chat.ts';
import { registerEcho, type EchoServer } from './echo.ts';
import { cutSlowReaders } from './slow-readers.ts';

export interface SocketOptions {
	log: Logger;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** The log of the rooms; whoever opened it closes it. */
	store: Store;
}

/** The sockets of a server, and what stores all that they said, once they are closed. */
export interface Sockets {
	io: EchoServer;
	close: () => Promise<void>;
}

/** A header is at most 16 KB long, a line of the log should not be. */
const MAX_LOGGED_ORIGIN = 200;

const TIMING = {
	/** A dead line is seen after at most `pingInterval + pingTimeout`. */
	pingInterval: 15_000,
	pingTimeout: 10_000,
	/** How long a connection may stay without joining a namespace. */
	connectTimeout: 10_000
};

/**
 * Attaches Socket.IO to an http server: WebSocket and long-polling, for allowed origins, with the echo on `/` and
 * the rooms on `/chat`.
 */
export function attachSockets(http: HttpServer, { log, origins, store }: SocketOptions): Sockets {
	// A client that resets the connection during the handshake must not end the process; first in line,
	// because later listeners may come too late for the error.
	http.on('upgrade', (_request, connection) => connection.on('error', () => undefined));

	const io: EchoServer = new Server(http, {
		...TIMING,
		serveClient: false,
		maxHttpBufferSize: MAX_CLIENT_PAYLOAD_BYTES,
		cors: (request, decide) => {
			const origin = isOriginAllowed(request.headers, origins);
			decide(null, { origin, methods: ['GET', 'POST'], credentials: true });
		}
	});

	// Browsers do not apply CORS to WebSocket, so every request of both transports is checked here as well.
	// Socket.IO's `allowRequest` would see the first one of a connection alone. Synchronous, because an
	// asynchronous check loses the errors of the connection meanwhile.
	io.engine.use((request: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
		if (isOriginAllowed(request.headers, origins)) {
			next();
			return;
		}
		const origin = request.headers.origin?.slice(0, MAX_LOGGED_ORIGIN);
		log.warn(`Refused the origin ${origin}: CLIENT_ORIGIN lets it in`);
		next(new Error('origin not allowed'));
	});

	cutSlowReaders(io);
	registerEcho(io, log);
	return { io, close: registerChat(io, store, log) };
}
