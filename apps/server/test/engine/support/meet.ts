import { once } from 'node:events';
import type { Server as EngineServer, Socket as EngineSocket } from 'engine.io';
import type { Server } from 'socket.io';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { connectPacket } from '@digda/testkit/raw/packets.ts';
import { onTestFinished } from 'vitest';
import {
	hasWebSocket,
	type EngineRequest,
	type ServerInternals,
	type WebSocketRequest
} from '../../../src/socket/engine/internals.ts';
import { WebSocketTransport } from '../../../src/socket/engine/WebSocketTransport.ts';
import { startSocketServer, type Implementation } from './servers.ts';

/** The arguments with which Engine.IO calls a middleware. */
interface Middleware {
	request: EngineRequest;
	response: object;
	hadWebSocket: boolean;
	/** Read at the call: the response may lose its request later. */
	requestOfResponse: unknown;
}

/** A call of `createTransport`: its request, whether that has a WebSocket, and the listeners that this has by then. */
interface Creation {
	request: WebSocketRequest;
	hasOne: boolean;
	errorListeners: number;
}

/** Everything that Engine.IO has passed on. */
interface Observed {
	middlewares: Middleware[];
	creations: Creation[];
	/** The methods that Engine.IO has called. */
	calls: string[];
}

/** A running server with one client over WebSocket. */
export interface StockMeeting extends Observed {
	port: number;
	io: Server;
	engine: EngineServer;
	client: WebSocketLine;
	connection: EngineSocket;
}

/** A running server with the product's engine, and one client over WebSocket in the namespace `/`. */
export interface Meeting extends StockMeeting {
	transport: WebSocketTransport;
}

/** Starts a server without the product's engine, and connects a client to it. Both end with the test. */
export async function meetStock(): Promise<StockMeeting> {
	return await start('stock');
}

/** Starts a server with the product's engine, and connects a client to it. Both end with the test. */
export async function meet(): Promise<Meeting> {
	const met = await start('ours');
	met.client.send(connectPacket());
	await met.client.untilHeard('40');
	const { transport } = met.connection;
	if (!(transport instanceof WebSocketTransport)) throw new Error('Engine.IO has not called createTransport');
	return { ...met, transport };
}

async function start(implementation: Implementation): Promise<StockMeeting> {
	const observed: Observed = { middlewares: [], creations: [], calls: [] };
	const { port, io } = await startSocketServer(implementation, ({ engine }) => observe(engine, observed));
	const { engine } = io;
	// Engine.IO emits `connection` with the socket.
	const connected = once(engine, 'connection') as Promise<[EngineSocket]>;
	const client = await WebSocketLine.openAccepted(port);
	onTestFinished(() => client.close());
	if ((await client.untilHeard('0')) === undefined) throw new Error('Engine.IO has not opened the connection');
	const [connection] = await connected;
	return { port, io, engine, client, connection, ...observed };
}

function observe(engine: EngineServer, { middlewares, creations, calls }: Observed): void {
	engine.use((request: EngineRequest, response: object, next: () => void) => {
		const requestOfResponse: unknown = Reflect.get(response, 'req');
		middlewares.push({ request, response, hadWebSocket: hasWebSocket(request), requestOfResponse });
		next();
	});
	watch(engine, '_applyMiddlewares', () => calls.push('_applyMiddlewares'));
	watch(engine, 'handshake', () => calls.push('handshake'));
	watch(engine, 'createTransport', (_name: string, request: WebSocketRequest) => {
		calls.push('createTransport');
		const hasOne = hasWebSocket(request);
		creations.push({ request, hasOne, errorListeners: hasOne ? request.websocket.listenerCount('error') : 0 });
	});
}

/** Calls back before each call of a method, where there is one. */
function watch(engine: EngineServer, method: keyof ServerInternals, notice: (...args: never[]) => void): void {
	const original: unknown = Reflect.get(engine, method);
	if (typeof original !== 'function') return;
	Object.assign(engine, {
		[method](...args: never[]): unknown {
			notice(...args);
			return original.apply(engine, args);
		}
	});
}
