import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Server } from 'socket.io';
import { ClusterAdapter, MessageType } from 'socket.io-adapter';
import { ask, requestText } from '@digda/testkit/raw/http.ts';
import { closeFrame } from '@digda/testkit/raw/frames.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createNodeAdapter } from '../../src/cluster/node-adapter.ts';
import type { RedisClient } from '../../src/cluster/RedisClient.ts';
import { isResponse } from '../../src/http/answer.ts';
import { connectionIdOf } from '../../src/socket/edge.ts';
import { joinFrames } from '../../src/socket/engine/frames.ts';
import {
	emitError,
	emitReady,
	encodeEvent,
	encodePacket,
	end,
	exposeConnection,
	fail,
	framePartsOf,
	hasConnection,
	hasWaiting,
	onFlush,
	receive,
	sidOf,
	writeFramed,
	type AdapterInternals,
	type ClusterInternals,
	type ConnectionInternals,
	type ServerInternals,
	type TransportInternals
} from '../../src/socket/engine/internals.ts';
import { meet, meetStock, type Meeting, type StockMeeting } from './support/meet.ts';

type Packet = Parameters<typeof framePartsOf>[0];

describe('the versions for which internals.ts is written', () => {
	const MANIFEST = new URL('../../package.json', import.meta.url);
	const WORKSPACE = new URL('../../../../pnpm-workspace.yaml', import.meta.url);

	/** The copies of the libraries: a name, and the package that loads it. The server loads the first of each name. */
	const COPIES: [name: string, path: string[]][] = [
		['socket.io', []],
		['engine.io', []],
		['engine.io', ['socket.io']],
		['socket.io-adapter', []],
		['socket.io-adapter', ['socket.io']],
		['socket.io-adapter', ['@socket.io/redis-adapter']],
		['@socket.io/redis-adapter', []],
		['ws', []],
		['ws', ['socket.io', 'engine.io']]
	];

	/** The version that `package.json` asks for, looked up in the catalog where it says so. */
	function pinOf(name: string): string {
		const { dependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { dependencies: Record<string, string> };
		const pin = dependencies[name] ?? 'nothing';
		if (pin !== 'catalog:') return pin;
		return new RegExp(`^  ${name}: (.*)$`, 'm').exec(readFileSync(WORKSPACE, 'utf8'))?.[1] ?? 'nothing';
	}

	test.for(COPIES)('%s, loaded by %j, has the exact version that package.json asks for', ([name, path]) => {
		let manifest = MANIFEST.pathname;
		for (const each of [...path, name]) manifest = findPackageJSON(each, manifest) ?? expect.fail(`no ${each}`);
		const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
		const pin = pinOf(name);
		const exact = `package.json asks for ${name} ${pin}: internals.ts needs one exact version, not a range`;
		expect(pin, exact).toMatch(/^\d+\.\d+\.\d+$/);
		expect(version, `${name} ${version} is installed, but internals.ts is written for ${pin}`).toBe(pin);
	});
});

type Shape = 'array' | 'boolean' | 'function' | 'object' | 'string';

const SERVER: Record<keyof ServerInternals, Shape> = {
	clients: 'object',
	_applyMiddlewares: 'function',
	handshake: 'function',
	createTransport: 'function'
};
const CONNECTION: Record<keyof ConnectionInternals, Shape> = { id: 'string', writeBuffer: 'array' };
const TRANSPORT: Record<keyof TransportInternals, Shape> = {
	parser: 'object',
	supportsBinary: 'boolean',
	onData: 'function',
	onError: 'function',
	onClose: 'function'
};
const ADAPTER: Record<keyof AdapterInternals, Shape> = { encoder: 'object' };
const CLUSTER: Record<keyof ClusterInternals, Shape> = { onMessage: 'function', onResponse: 'function' };

const MEMBERS: [owner: string, find: (met: StockMeeting) => object, members: Record<string, Shape>][] = [
	['Engine.IO Server', ({ engine }) => engine, SERVER],
	['Engine.IO Socket', ({ connection }) => connection, CONNECTION],
	['Engine.IO Transport', ({ connection }) => connection.transport, TRANSPORT],
	['socket.io-adapter Adapter', ({ io }) => io.of('/').adapter, ADAPTER]
];

function shapeOf(value: unknown): string {
	return Array.isArray(value) ? 'array' : typeof value;
}

// Without the product's engine: a member that is missing fails here alone, however much it breaks there.
describe('private members on a running server', () => {
	for (const [owner, find, members] of MEMBERS) {
		test.for(Object.entries(members))(`${owner} has %s, of type %s`, async ([name, shape]) => {
			expect(shapeOf(Reflect.get(find(await meetStock()), name))).toBe(shape);
		});
	}

	test.for(Object.entries(CLUSTER))('socket.io-adapter ClusterAdapter has %s, of type %s', ([name, shape]) => {
		expect(shapeOf(Reflect.get(ClusterAdapter.prototype, name))).toBe(shape);
	});
});

describe('Engine.IO Server', () => {
	test.for(['_applyMiddlewares', 'handshake', 'createTransport'])('calls %s once for a connection', async (name) => {
		const { calls } = await meet();
		expect(calls.filter((call) => call === name)).toEqual([name]);
	});

	test('keeps an open connection in `clients` under its id, and no other', async () => {
		const { engine, connection, client } = await meet();
		const { id } = exposeConnection(connection);
		expect(hasConnection(engine, id)).toBe(true);
		expect(hasConnection(engine, 'other')).toBe(false);
		const closed = once(connection, 'close');
		client.close();
		await closed;
		expect(hasConnection(engine, id)).toBe(false);
	});

	test('sets `_query` of a request before the middlewares, with the last `sid`', async () => {
		const { port, connection, middlewares } = await meet();
		expect(middlewares.map(({ request }) => sidOf(request))).toEqual([undefined]);
		const { id } = exposeConnection(connection);
		const line = await Line.open(port);
		await ask(line, requestText(`GET /socket.io/?EIO=4&transport=polling&sid=first&sid=${id}`));
		line.close();
		const request = middlewares.at(-1)?.request ?? expect.fail('no request');
		expect([sidOf(request), connectionIdOf(request)]).toEqual([id, id]);
	});

	test('sets `websocket` of a request between the middlewares and `createTransport`', async () => {
		const { middlewares, creations } = await meetStock();
		expect(middlewares.map(({ hadWebSocket }) => hadWebSocket)).toEqual([false]);
		expect(creations.map(({ hasOne }) => hasOne)).toEqual([true]);
		expect(creations[0]?.request.websocket).toBeInstanceOf(WebSocket);
	});

	test('gives middlewares of an upgrade a stand-in for a response, with the request as `req`', async () => {
		const { middlewares } = await meet();
		const { request, response, requestOfResponse } = middlewares[0] ?? expect.fail('no request');
		expect(isResponse(response)).toBe(false);
		expect(requestOfResponse).toBe(request);
	});

	test('listens to errors of a WebSocket before its transport does', async () => {
		const { creations, transport } = await meet();
		expect(creations.map(({ errorListeners }) => errorListeners)).toEqual([1]);
		expect(transport.socket.listenerCount('error')).toBe(1);
	});
});

describe('Engine.IO Socket', () => {
	test('keeps in `writeBuffer` what its transport cannot take, until the event `ready` of that', async () => {
		const { connection, transport, client } = await meet();
		transport.writable = false;
		expect(hasWaiting(connection)).toBe(false);
		connection.write('late');
		expect(hasWaiting(connection)).toBe(true);
		transport.writable = true;
		emitReady(transport);
		expect(hasWaiting(connection)).toBe(false);
		await client.untilHeard('4late');
	});

	test('emits `flush` on its server, with itself, when it gives packets to its transport', async () => {
		const { engine, connection } = await meet();
		const flushed: unknown[] = [];
		onFlush(engine, (each: unknown) => flushed.push(each));
		connection.write('text');
		expect(flushed).toEqual([connection]);
	});

	test('waits for `drain` after each `send` of a transport', async () => {
		const { connection } = await meet();
		// `WebSocketTransport` emits it.
		await new Promise<void>((resolve) => connection.write('x', {}, () => resolve()));
	});

	test('passes the option `wsPreEncodedFrame` of `write` on to the transport', async () => {
		const { connection, client } = await meet();
		const frame = joinFrames(['4framed']);
		const created = once(connection, 'packetCreate') as Promise<[Packet]>;
		writeFramed(connection, 'not framed', frame);
		expect(framePartsOf((await created)[0])).toEqual([frame]);
		await client.untilHeard('4framed');
	});

	test.for<[name: string, end: (meeting: Meeting) => void, reason: string]>([
		['the event `error`', ({ transport }) => emitError(transport, 'x'), 'transport error'],
		['`onError`', ({ transport }) => fail(transport, 'x', new Error('x')), 'transport error'],
		['`onClose`', ({ transport }) => end(transport), 'transport close']
	])('ends at once with %s of its transport', async ([, endTransport, reason]) => {
		const meeting = await meet();
		const reasons: unknown[] = [];
		meeting.connection.on('close', (each: unknown) => reasons.push(each));
		endTransport(meeting);
		expect(reasons).toEqual([reason]);
	});
});

describe('Engine.IO Transport', () => {
	test('encodes a text, and leaves bytes as they are', async () => {
		const { transport } = await meet();
		const encoded: unknown[] = [];
		for (const data of ['text', Buffer.from([1])]) {
			encodePacket(transport, { type: 'message', data }, (each) => encoded.push(each));
		}
		expect(encoded).toEqual(['4text', Buffer.from([1])]);
	});

	test('parses what `onData` gets into a packet of its connection', async () => {
		const { connection, transport } = await meet();
		const packets: unknown[] = [];
		connection.on('packet', (packet: unknown) => packets.push(packet));
		receive(transport, '4text');
		expect(packets).toEqual([{ type: 'message', data: 'text' }]);
	});
});

test('ws calls `close` of a WebSocket itself when a close frame comes', async () => {
	const { transport, client } = await meet();
	const { socket } = transport;
	const close = socket.close.bind(socket);
	const called = new Promise((resolve) => {
		socket.close = (...args) => {
			resolve(args[0]);
			close(...args);
		};
	});
	client.write(closeFrame(1000));
	expect(await called).toBe(1000);
});

describe('socket.io-adapter', () => {
	test('its encoder makes what `emit` sends', async () => {
		const { io, client } = await meet();
		const [text, ...attachments] = encodeEvent(io.of('/'), 'event', { text: 'hello' });
		expect(text).toBe(eventPacket('', ['event', { text: 'hello' }]).slice(1));
		expect(attachments).toEqual([]);
		io.emit('event', { text: 'hello' });
		await client.untilHeard(`4${text}`);
		const [, attachment] = encodeEvent(io.of('/'), 'event', { data: Buffer.from([1]) });
		expect(attachment).toEqual(Buffer.from([1]));
	});

	test('gives all receivers of an event one array with the parts of its frame', async () => {
		const { io, port, connection } = await meet();
		const other = await meetAnother(io, port);
		const created = [connection, other].map((each) => once(each, 'packetCreate') as Promise<[Packet]>);
		io.emit('event', 'hello');
		const [parts, same] = (await Promise.all(created)).map(([packet]) => framePartsOf(packet));
		expect(Buffer.concat(parts ?? [])).toEqual(joinFrames(['42["event","hello"]']));
		expect(same).toBe(parts);
	});

	test('ClusterAdapter passes events of other nodes to `onMessage`, and responses to `onResponse`', () => {
		const { adapter, subscriber, channels } = startNode();
		const [all = '', own = ''] = channels;
		// As internals.ts has replaced them.
		const cluster = adapter as unknown as ClusterInternals;
		const heard: unknown[] = [];
		cluster.onMessage = (message) => heard.push(['message', message?.type, message?.data?.packet]);
		cluster.onResponse = () => heard.push(['response']);
		const message = { uid: 'x', nsp: '/', type: MessageType.SERVER_SIDE_EMIT, data: { packet: ['event', 1] } };
		const payload = Buffer.from(JSON.stringify(message));
		for (const channel of [all, own]) subscriber.emit('smessageBuffer', Buffer.from(channel), payload);
		expect(heard).toEqual([['message', 9, ['event', 1]], ['response']]);
	});
});

test('@socket.io/redis-adapter uses the methods of its clients that internals.ts declares, and no other', async () => {
	const { io, adapter, subscriber, channels, published, unsubscribed } = startNode();
	expect(channels).toHaveLength(2);
	expect(subscriber.eventNames()).toEqual(['smessageBuffer']);
	io.serverSideEmit('event', 1);
	expect(published).toEqual([channels[0]]);
	await adapter.close();
	expect(unsubscribed).toEqual(channels);
});

async function meetAnother(io: Server, port: number): Promise<EventEmitter> {
	const connected = once(io, 'connection') as Promise<[{ conn: EventEmitter }]>;
	const client = await WebSocketLine.openAccepted(port);
	onTestFinished(() => client.close());
	client.send(connectPacket());
	const [{ conn }] = await connected;
	await client.untilHeard('40');
	return conn;
}

/** A node of a cluster, with a line that notes what its adapter wants. */
function startNode() {
	const subscriber = new EventEmitter();
	const [channels, published, unsubscribed]: [string[], string[], string[]] = [[], [], []];
	const line = {
		subscriber,
		publish: (channel: string) => published.push(channel),
		subscribe: (channel: string) => channels.push(channel),
		unsubscribe: (channel: string) => unsubscribed.push(channel)
	};
	// All that an adapter uses of a line.
	const io = new Server({ adapter: createNodeAdapter(line as unknown as RedisClient, 'epoch') });
	return { io, adapter: io.of('/').adapter, subscriber, channels, published, unsubscribed };
}
