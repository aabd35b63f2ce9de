import type { Server as HttpServer } from 'node:http';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { Server } from 'socket.io';
import { echoEvents } from '../app.ts';
import { createNodeAdapter } from '../cluster/node-adapter.ts';
import type { RedisLine } from '../cluster/RedisLine.ts';
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
	line: RedisLine | undefined;
	/** Otherwise everything may be sent at any rate. */
	areRatesLimited: boolean;
}

/** The sockets of a server. */
export interface Sockets {
	io: EchoServer;
	/** Whether an open connection has this id. */
	has: (id: string) => boolean;
	/** Stores all that waits; again, when more has come. */
	finish: () => Promise<void>;
	/** Answers the requests of an HTTP server that are for the sockets, all others are left to the listeners it has. */
	attach: (http: HttpServer) => void;
	/** Closes every connection, so that browsers see a lost line and come back by themselves. */
	close: () => Promise<void>;
}

/** Makes Socket.IO: WebSocket and long-polling, for allowed origins, with the echo on `/` and the rooms on `/chat`. */
export function createSockets(options: SocketOptions): Sockets {
	const { logs, boundary, metrics, origins, trustedHops, areRatesLimited, line, timings } = options;
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
		...(line && { adapter: createNodeAdapter(line, options.store.epoch) })
	});
	io.bind(engine);

	const connections = guardEdge(io, options);
	const conduct = new Conduct(io, logs.cuts, metrics, areRatesLimited, boundary);
	const endChecks = cutSlowReaders(io, connections, (reader) => conduct.cut(reader, 'slow_reader'), options);
	const shared: Shared = { ...options, conduct };
	serveEcho(io, shared, echoEvents(shared));
	const chat = serveChat(io, shared, line);

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
