import type { Server as HttpServer } from 'node:http';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { Server } from 'socket.io';
import type { Logger } from '../log.ts';
import { isOriginAllowed } from '../origins.ts';
import { registerEcho, type EchoServer } from './echo.ts';

export interface SocketOptions {
	log: Logger;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
}

const TIMING = {
	/** A dead line is seen after at most `pingInterval + pingTimeout`. */
	pingInterval: 15_000,
	pingTimeout: 10_000,
	/** How long a connection may stay without joining a namespace. */
	connectTimeout: 10_000
};

/** Attaches Socket.IO to an http server: WebSocket and long-polling, for allowed origins, with the echo on `/`. */
export function attachSockets(http: HttpServer, { log, origins }: SocketOptions): EchoServer {
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
		},
		// Browsers do not apply CORS to WebSocket, so both transports are checked here as well.
		allowRequest: (request, decide) => {
			const isAllowed = isOriginAllowed(request.headers, origins);
			if (!isAllowed) {
				log.warn(`Refused the origin ${String(request.headers.origin)}: CLIENT_ORIGIN lets it in`);
			}
			decide(isAllowed ? null : 'origin not allowed', isAllowed);
		}
	});

	registerEcho(io, log);
	return io;
}
