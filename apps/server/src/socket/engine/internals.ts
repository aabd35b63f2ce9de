/**
 * Every private part of Socket.IO, socket.io-adapter, Engine.IO, ws and @socket.io/redis-adapter that this server uses.
 * No other file uses one. `package.json` pins the versions; `test/engine/internals.test.ts` checks each part.
 */
import type { IncomingMessage } from 'node:http';
import type { Server as EngineServer, Socket as EngineSocket, Transport } from 'engine.io';
import type { Namespace } from 'socket.io';
import { MessageType } from 'socket.io-adapter';
import type { WebSocket } from 'ws';

type Adapter = Namespace['adapter'];

/** Engine.IO, class `Server`: the protected members that its subclasses here override, and `clients`. */
export interface ServerInternals {
	/** The open connections, each an own property under its id. */
	clients: EngineServer['clients'];
	/** Runs the middlewares of `use`, then the callback in a promise whose rejection has no handler. */
	_applyMiddlewares: EngineServer['_applyMiddlewares'];
	/** Makes a connection and emits `connection`; its callers ignore the promise. */
	handshake: EngineServer['handshake'];
	/** Makes the transport of a new connection or of an upgrade. */
	createTransport: EngineServer['createTransport'];
}

/** Engine.IO, class `Socket`: the members that its types keep private. */
export interface ConnectionInternals {
	/** The `sid` of all requests of the connection. */
	readonly id: string;
	/** The packets that wait for the transport. */
	readonly writeBuffer: readonly unknown[];
}

/** Engine.IO, class `Transport`: the protected members that `WebSocketTransport` calls. */
export interface TransportInternals {
	/** Encodes packets of the protocol that the client speaks. */
	parser: Transport['parser'];
	/** Whether bytes are sent in binary; otherwise in base64. */
	supportsBinary: Transport['supportsBinary'];
	/** Parses received data. */
	onData: Transport['onData'];
	/** Ends the connection because of an error. */
	onError: Transport['onError'];
	/** Ends the connection because its transport has closed. */
	onClose: Transport['onClose'];
}

/** Engine.IO, type `EngineRequest`, which is not exported. */
export type EngineRequest = Parameters<ServerInternals['handshake']>[1];

/** Engine.IO, type `EngineRequest` after `Server#onWebSocket` has set `websocket`. */
export type WebSocketRequest = EngineRequest & { websocket: WebSocket };

/** socket.io-adapter, class `Adapter`: the encoder of its server, which its types keep private. */
export interface AdapterInternals {
	/** The text has no type of Engine.IO yet. Attachments exist where the data holds bytes. */
	encoder: { encode: (packet: object) => [text: string, ...attachments: Buffer[]] };
}

/** socket.io-adapter, class `ClusterAdapter`: the protected methods that receive everything from other nodes. */
export interface ClusterInternals {
	onMessage: (message: NodeMessage | null) => void;
	onResponse: () => void;
}

/** socket.io-adapter, type `ClusterMessage`, as another node may forge it. */
export interface NodeMessage {
	type?: unknown;
	data?: { requestId?: unknown; packet?: unknown };
}

/** @socket.io/redis-adapter: the one method of a publishing client that its sharded adapter calls. Typed as `any` there. */
export interface AdapterPublisher {
	spublish: (channel: string, payload: string | Buffer) => Promise<number>;
}

/** @socket.io/redis-adapter: the methods of a subscribing client without `sSubscribe` that its sharded adapter calls. */
export interface AdapterSubscriber {
	on: (event: 'smessageBuffer', listener: (channel: Buffer, payload: Buffer) => void) => unknown;
	ssubscribe: (channel: string) => void;
	sunsubscribe: (channels: string | string[]) => void;
}

type Packet = Parameters<Transport['send']>[0][number];

/** Engine.IO, options of a packet: Socket.IO's adapter adds the whole frame, in parts, to a packet with many receivers. */
interface FrameOptions {
	compress?: boolean;
	wsPreEncodedFrame?: Buffer[];
}

/** https://socket.io/docs/v4/socket-io-protocol/#packet-types */
const EVENT = 2;

/** Engine.IO, `Server#clients`: whether a connection with this id is open. */
export function hasConnection(engine: EngineServer, id: string): boolean {
	return Object.hasOwn((engine as unknown as ServerInternals).clients, id);
}

/** Engine.IO, event `flush` of `Server`: a connection passes all waiting packets to its transport. */
export function onFlush(engine: EngineServer, listener: Parameters<EngineServer['on']>[1]): void {
	engine.on('flush', listener);
}

/**
 * Engine.IO, `EngineRequest#_query`: the id of the connection of a request; undefined or empty for a new connection.
 */
export function sidOf(request: EngineRequest): string | undefined {
	return request._query['sid'];
}

/** Engine.IO, `EngineRequest#websocket`: whether the connection of a request has become a WebSocket. */
export function hasWebSocket(request: IncomingMessage): boolean {
	return (request as EngineRequest).websocket !== undefined;
}

/** Engine.IO, `WebSocketResponse#req`: removes the request from its long-lived stand-in for a response. */
export function dropRequest(standIn: object): void {
	Object.assign(standIn, { req: null });
}

/** Engine.IO, `Server#onWebSocket`: removes its error listener, which references the request. */
export function removeUpgradeListener(webSocket: WebSocket): void {
	webSocket.removeAllListeners('error');
}

/** Engine.IO, class `Socket`: a connection with its private members. */
export function exposeConnection(connection: EngineSocket): ConnectionInternals {
	return connection as unknown as ConnectionInternals;
}

/** Engine.IO, `Socket#writeBuffer`: whether packets wait for the transport. */
export function hasWaiting(connection: EngineSocket): boolean {
	return exposeConnection(connection).writeBuffer.length > 0;
}

/** Engine.IO, option `wsPreEncodedFrame` of `Socket#write`: writes a text for which a frame exists. */
export function writeFramed(connection: EngineSocket, text: string, frame: Buffer): void {
	const options: FrameOptions = { wsPreEncodedFrame: [frame] };
	connection.write(text, options);
}

/** Engine.IO, option `wsPreEncodedFrame` of a packet: the parts of its frame, one array for all receivers. */
export function framePartsOf(packet: Packet): Buffer[] | undefined {
	return (packet.options as FrameOptions | undefined)?.wsPreEncodedFrame;
}

/** Engine.IO, `Transport#parser` and `#supportsBinary`: encodes a packet into a text, or into the bytes of its message. */
export function encodePacket(
	transport: Transport,
	packet: Packet,
	done: (encoded: string | ArrayBuffer | ArrayBufferView) => void
): void {
	const { parser, supportsBinary } = exposeTransport(transport);
	parser.encodePacket(packet, supportsBinary, done);
}

/** Engine.IO, `Transport#onData`: passes received data on. */
export function receive(transport: Transport, data: string | Buffer): void {
	exposeTransport(transport).onData(data);
}

/** Engine.IO, `Transport#onError`: ends the connection, unless it has ended. */
export function fail(transport: Transport, message: string, cause: Error): void {
	exposeTransport(transport).onError(message, cause);
}

/** Engine.IO, `Transport#onClose`: ends the connection whose transport has closed. */
export function end(transport: Transport): void {
	exposeTransport(transport).onClose();
}

/** Engine.IO, event `drain` of `Transport`: `Socket` expects one for each call of `send`. */
export function emitDrain(transport: Transport): void {
	transport.emit('drain');
}

/** Engine.IO, event `ready` of `Transport`: `Socket` then sends the waiting packets. */
export function emitReady(transport: Transport): void {
	transport.emit('ready');
}

/** Engine.IO, event `error` of `Transport`: `Socket` closes at once and processes nothing more. */
export function emitError(transport: Pick<Transport, 'emit'>, reason: string): void {
	transport.emit('error', new Error(reason));
}

/** ws, `WebSocket#close`: replaces it for one WebSocket. ws itself calls it for a close frame or an invalid frame. */
export function replaceClose(webSocket: WebSocket, close: WebSocket['close']): void {
	webSocket.close = close;
}

/** socket.io-adapter, `Adapter#encoder`: encodes an event as `emit` does. */
export function encodeEvent(
	{ name, adapter }: Pick<Namespace, 'name'> & { adapter: Adapter },
	event: string,
	payload: object
): [text: string, ...attachments: Buffer[]] {
	const { encoder } = adapter as unknown as AdapterInternals;
	return encoder.encode({ type: EVENT, nsp: name, data: [event, payload] });
}

/**
 * socket.io-adapter, `ClusterAdapter#onMessage` and `#onResponse`: drops all messages of other nodes except
 * `serverSideEmit` events without a response.
 * @param isExpected whether an event may pass
 */
export function receiveEventsOnly(adapter: Adapter, isExpected: (event: string) => boolean): void {
	const cluster = adapter as unknown as ClusterInternals;
	const receiveMessage = cluster.onMessage.bind(adapter);
	cluster.onMessage = (message) => {
		const { type, data } = message ?? {};
		const isEvent = type === MessageType.SERVER_SIDE_EMIT && data?.requestId === undefined;
		if (isEvent && Array.isArray(data?.packet) && isExpected(String(data.packet[0]))) receiveMessage(message);
	};
	cluster.onResponse = () => undefined;
}

function exposeTransport(transport: Transport): TransportInternals {
	return transport as unknown as TransportInternals;
}
