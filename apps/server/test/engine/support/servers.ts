import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as StockEngine, type ServerOptions as EngineOptions } from 'engine.io';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { onTestFinished } from 'vitest';
import { Boundary } from '../../../src/Boundary.ts';
import { Engine } from '../../../src/socket/engine/Engine.ts';

type Options = Partial<EngineOptions>;

/** Makes the two implementations that a test compares. */
const ENGINES = {
	stock: (options: Options): StockEngine => new StockEngine(options),
	ours: (options: Options): StockEngine => new Engine(options, new Boundary(pino({ level: 'silent' })))
};

export type Implementation = keyof typeof ENGINES;

/** The path of both implementations, so that requests to them are the same. */
export const PATH = '/socket.io/';

/** The part of a connection of Engine.IO that these tests use. */
export interface EngineConnection {
	on: (event: 'message', listener: (data: string | Buffer) => void) => void;
	send: (data: unknown) => void;
	close: (discard?: boolean) => void;
}

/** Starts an engine on a free port of 127.0.0.1, closed when the test ends. */
export async function startEngine(
	implementation: Implementation,
	serve: (connection: EngineConnection) => void,
	options: Options = {}
): Promise<number> {
	const http = createServer();
	const engine = ENGINES[implementation](options);
	engine.attach(http, { path: PATH });
	engine.on('connection', serve);
	return await listen(http, () => void engine.close());
}

export interface SocketServerOptions extends Options {
	connectTimeout?: number;
}

/** Starts a Socket.IO server on a free port of 127.0.0.1, closed when the test ends. */
export async function startSocketServer(
	implementation: Implementation,
	serve: (io: Server) => void,
	{ connectTimeout = 45_000, ...options }: SocketServerOptions = {}
): Promise<{ port: number; io: Server; http: HttpServer }> {
	const http = createServer();
	const engine = ENGINES[implementation](options);
	engine.attach(http, { path: PATH });
	const io = new Server({ connectTimeout, serveClient: false });
	io.bind(engine);
	serve(io);
	const port = await listen(http, () => void io.close());
	return { port, io, http };
}

async function listen(http: HttpServer, close: () => void): Promise<number> {
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	onTestFinished(() => {
		close();
		http.close();
		http.closeAllConnections();
	});
	// A TCP server that listens has an address with a port.
	return (http.address() as AddressInfo).port;
}
