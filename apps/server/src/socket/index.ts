import type { Server as HttpServer } from 'node:http';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { Server } from 'socket.io';
import { isOriginAllowed } from '../origins.ts';
import { registerChat } from './chat.ts';
import type { Shared } from './chat-types.ts';
import { Conduct } from './Conduct.ts';
import { registerEcho, type EchoServer } from './echo.ts';
import { guardEdge, type EdgeOptions } from './edge.ts';
import { limitPings } from './ping-limit.ts';
import { cutSlowReaders } from './slow-readers.ts';

export interface SocketOptions extends EdgeOptions, Omit<Shared, 'conduct'> {
	/** Otherwise everything may be sent at any rate. */
	areRatesLimited: boolean;
}

/** The sockets of a server. */
export interface Sockets {
	io: EchoServer;
	/** Stores all that waits; again, when more has come. */
	finish: () => Promise<void>;
	/** Closes every connection, so that browsers see a lost line and come back by themselves, then the http server. */
	close: () => Promise<void>;
}

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
export function attachSockets(http: HttpServer, options: SocketOptions): Sockets {
	const { log, metrics, origins, areRatesLimited } = options;
	const io: EchoServer = new Server(http, {
		...TIMING,
		serveClient: false,
		wsEngine: limitPings(() => metrics.cut('flood')),
		maxHttpBufferSize: MAX_CLIENT_PAYLOAD_BYTES,
		cors: (request, decide) => {
			const origin = isOriginAllowed(request.headers, origins);
			decide(null, { origin, methods: ['GET', 'POST'], credentials: true });
		}
	});

	const connections = guardEdge(http, io, options);
	const conduct = new Conduct(io, log, metrics, areRatesLimited);
	const endChecks = cutSlowReaders(io, connections, (reader) => conduct.cut(reader, 'slow_reader'));
	const shared: Shared = { ...options, conduct };
	registerEcho(io, shared);
	const chat = registerChat(io, shared);

	metrics.watch(() => {
		const byTransport = { websocket: 0, polling: 0 };
		for (const { transport } of connections) byTransport[transport.name] += 1;
		return { connections: byTransport, ...chat.count() };
	});

	return {
		io,
		finish: chat.finish,
		async close() {
			endChecks();
			await io.close();
		}
	};
}
