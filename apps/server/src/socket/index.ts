import type { Server as HttpServer } from 'node:http';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { Server } from 'socket.io';
import { echoEvents } from '../app.ts';
import { createNodeAdapter } from '../cluster/node-adapter.ts';
import type { RedisClient } from '../cluster/RedisClient.ts';
import { serveEcho, type EchoServer } from '../echo/echo.ts';
import { clientAddress } from '../http/client-address.ts';
import { isOriginAllowed } from '../origins.ts';
import { serveChat } from './chat.ts';
import type { Shared } from './chat-types.ts';
import { Conduct } from './Conduct.ts';
import { guardEdge, PATH, type EdgeOptions } from './edge.ts';
import { Engine } from './engine/Engine.ts';
import { limitPings } from './ping-limit.ts';
import { cutSlowReaders } from './slow-readers.ts';

export interface SocketOptions extends EdgeOptions, Omit<Shared, 'conduct'> {
	redis: RedisClient | undefined;
	/** False disables the rate limits. */
	areRatesLimited: boolean;
}

/** The sockets of a server. */
export interface Sockets {
	io: EchoServer;
	/** Whether a connection with this id is open. */
	has: (id: string) => boolean;
	/** Stores all waiting entries and cursors. Call it again after new ones. */
	finish: () => Promise<void>;
	/** Serves the socket requests of an HTTP server. Its existing listeners serve the others. */
	attach: (http: HttpServer) => void;
	/** Closes every connection, so that browsers reconnect by themselves. */
	close: () => Promise<void>;
}

/**
 * Sets up Socket.IO over WebSocket and long-polling for allowed origins, with the echo on `/` and the chat on `/chat`.
 */
export function createSockets(options: SocketOptions): Sockets {
	const { logs, boundary, metrics, origins, trustedHops, areRatesLimited, redis, timings } = options;
	const engine = new Engine(
		{
			pingInterval: timings.pingIntervalMs,
			pingTimeout: timings.pingTimeoutMs,
			upgradeTimeout: timings.upgradeTimeoutMs,
			wsEngine: limitPings(
				(request) => clientAddress(request, trustedHops),
				() => metrics.cut('flood')
			),
			maxHttpBufferSize: MAX_CLIENT_PAYLOAD_BYTES,
			cors: (request, decide) => {
				const origin = isOriginAllowed(request.headers, origins);
				decide(null, { origin, methods: ['GET', 'POST'], credentials: true });
			}
		},
		boundary
	);
	const io: EchoServer = new Server({
		...{ connectTimeout: timings.joinTimeoutMs, serveClient: false },
		...(redis && { adapter: createNodeAdapter(redis, options.store.epoch) })
	});
	io.bind(engine);

	const connections = guardEdge(io, options);
	const conduct = new Conduct(io, logs.cuts, metrics, areRatesLimited, boundary);
	const endChecks = cutSlowReaders(io, connections, (reader) => conduct.cut(reader, 'slow_reader'), options);
	const shared: Shared = { ...options, conduct };
	serveEcho(io, shared, echoEvents(shared));
	const chat = serveChat(io, shared, redis);

	metrics.watch(() => {
		const byTransport = { websocket: 0, polling: 0 };
		for (const { transport } of connections) byTransport[transport.name] += 1;
		return { connections: byTransport, ...chat.count() };
	});

	return {
		io,
		has: (id) => engine.has(id),
		finish: chat.finish,
		attach: (http) => engine.attach(http, { path: PATH }),
		async close() {
			endChecks();
			for (const limited of Object.values(logs)) limited.report();
			chat.end();
			await io.close();
		}
	};
}
