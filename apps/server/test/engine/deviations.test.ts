import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import type { Server } from 'socket.io';
import { expect, onTestFinished, test } from 'vitest';
import { frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { requestText } from '@digda/testkit/raw/http.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { connectPacket, eventPacket, packet } from '@digda/testkit/raw/packets.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import type { Timings } from '../../src/timings.ts';
import { query, RecordedPeer, type RecordedWebSocket } from './support/RecordedPeer.ts';
import { PATH, startSocketServer, type SocketServerOptions } from './support/servers.ts';

/** One deliberate difference between the product and the stock server. */
interface Deviation {
	rule: string;
	name: string;
	/** Plays the client. @returns its observations */
	play: (peer: RecordedPeer, port: number) => Promise<unknown>;
	stock: unknown;
	product: unknown;
	/** Options of the stock server that differ from its defaults. */
	stockOptions?: SocketServerOptions;
	/** Time-outs of the product that differ from its defaults. */
	timings?: Partial<Timings>;
}

/** The stock server, with both namespaces of the product. */
function serve(io: Server): void {
	for (const namespace of [io.of('/'), io.of('/chat')]) {
		namespace.on('connection', (socket) => {
			socket.on('eventFromClient', (text: string) => void socket.emit('eventFromServer', `서버입니다: ${text}`));
		});
	}
}

/** Makes a request with any target. @returns the status, and a header of the response */
async function ask(port: number, start: string, header = '', headers = {}): Promise<unknown[]> {
	const line = await Line.open(port);
	line.write(requestText(start, { Connection: 'close', 'Content-Length': '0', ...headers }));
	await line.closed();
	const response = line.take().toString('latin1');
	const [, status = ''] = response.split(' ');
	return [Number(status), ...(header ? [new RegExp(`^${header}: (.*)$`, 'im').exec(response)?.[1]] : [])];
}

/** Sends packets of one kind in the echo until the connection ends, at most 30. @returns whether it ended */
async function isEnded(peer: RecordedPeer, send: (socket: RecordedWebSocket) => void): Promise<boolean> {
	const socket = await peer.openWebSocket();
	socket.send(connectPacket());
	await socket.next();
	for (let count = 0; count < 30; count += 1) send(socket);
	socket.send(eventPacket('', ['eventFromClient', 'still here']));
	for (;;) {
		const next = await socket.next();
		if (next.startsWith('end') || next.includes('still here')) return next.startsWith('end');
	}
}

/** The handshake over polling. */
const HANDSHAKE = query('polling');

const handshakeOf = (field: string): Deviation['play'] => {
	return async (peer) => {
		const { body } = await peer.request('GET', HANDSHAKE);
		return (JSON.parse(body.slice(1)) as Record<string, unknown>)[field];
	};
};

const DEVIATIONS: Deviation[] = [
	{
		rule: 'WIRE-2',
		name: 'serves the exact path and none below it',
		play: async (_peer, port) => [
			...(await ask(port, `GET ${PATH}?${HANDSHAKE}`)),
			...(await ask(port, `GET ${PATH}more?${HANDSHAKE}`))
		],
		stock: [200, 200],
		product: [200, 404]
	},
	...['PUT', 'DELETE', 'PATCH'].map((method) => ({
		rule: 'WIRE-3',
		name: `answers ${method} with 405 and the methods that it serves`,
		play: async (_peer: RecordedPeer, port: number) => await ask(port, `${method} ${PATH}?${HANDSHAKE}`, 'allow'),
		stock: [400, undefined],
		product: [405, 'GET, POST']
	})),
	{
		rule: 'WIRE-4',
		name: 'answers a foreign origin with 403 on both transports',
		play: async (peer, port) => {
			const headers = { Origin: 'https://foreign.example' };
			const [status] = await ask(port, `GET ${PATH}?${HANDSHAKE}`, '', headers);
			return [status, (await peer.webSocket(query('websocket'), headers)).status];
		},
		stock: [200, 101],
		product: [403, 403]
	},
	{
		rule: 'WIRE-5',
		name: 'ends a connection after a few binary events',
		play: async (peer) =>
			await isEnded(peer, (socket) => {
				socket.send(packet('binaryEvent', '1-["unknown",{"_placeholder":true,"num":0}]'), Uint8Array.of(1));
			}),
		stock: false,
		product: true
	},
	{
		rule: 'WIRE-5',
		name: 'ends a connection after a few unsolicited acknowledgements',
		play: async (peer) => await isEnded(peer, (socket) => socket.send(packet('ack', '7[]'))),
		stock: false,
		product: true
	},
	{
		rule: 'WIRE-5',
		name: 'ends a connection after a few unknown namespaces',
		play: async (peer) => await isEnded(peer, (socket) => socket.send(packet('connect', '/unknown,'))),
		stock: false,
		product: true
	},
	{
		rule: 'WIRE-5',
		name: 'ends a connection after a few unknown events',
		play: async (peer) => await isEnded(peer, (socket) => socket.send(eventPacket('', ['unknown']))),
		stock: false,
		product: true
	},
	{
		rule: 'WIRE-6',
		name: 'sends its own packet limit in the handshake',
		play: handshakeOf('maxPayload'),
		stock: 1_000_000,
		product: MAX_CLIENT_PAYLOAD_BYTES
	},
	{
		rule: 'WIRE-6',
		name: 'rejects a longer body and closes on a longer frame',
		play: async (peer) => {
			const tooLong = '6'.repeat(MAX_CLIENT_PAYLOAD_BYTES + 1);
			const { status } = await peer.post(await peer.beginPolling(), tooLong);
			const socket = await peer.openWebSocket();
			socket.write(frame(tooLong), frame('', { opcode: OPCODE.ping }));
			return [status, await socket.next()];
		},
		stock: [200, 'pong '],
		product: [413, 'close 1009']
	},
	{
		rule: 'WIRE-7',
		name: 'sends its own heartbeat in the handshake',
		play: async (peer) => [await handshakeOf('pingInterval')(peer, 0), await handshakeOf('pingTimeout')(peer, 0)],
		stock: [25_000, 20_000],
		product: [15_000, 10_000]
	},
	{
		rule: 'WIRE-8',
		name: 'closes a connection that joins no namespace, before the first heartbeat',
		play: async (peer) => await (await peer.openWebSocket()).next(),
		stock: 'text 2',
		product: 'close',
		stockOptions: { pingInterval: 1_200 },
		timings: { joinTimeoutMs: 1_000 }
	},
	{
		rule: 'WIRE-9',
		name: 'ends a connection that sends many pings of WebSocket',
		play: async (peer) => await isEnded(peer, (socket) => socket.write(frame('', { opcode: OPCODE.ping }))),
		stock: false,
		product: true
	},
	{
		rule: 'WIRE-10',
		name: 'ignores an upgrade that is not its own, and serves the request',
		play: async (_peer, port) => await ask(port, 'GET /healthz', '', { Connection: 'Upgrade, close', Upgrade: 'h2c' }),
		stock: [0],
		product: [200]
	}
];

test.for(DEVIATIONS)(
	'[$rule] $name',
	{ timeout: 60_000 },
	async ({ play, stock, product, stockOptions, timings = {} }) => {
		async function playOn(port: number): Promise<unknown> {
			const peer = new RecordedPeer(port);
			onTestFinished(() => peer.close());
			return await play(peer, port);
		}
		const [reference, ours] = await Promise.all([
			startSocketServer('stock', serve, stockOptions),
			startServer({ timings })
		]);
		const [onStock, onProduct] = await Promise.all([playOn(reference.port), playOn(ours.port)]);
		expect(onStock).toEqual(stock);
		expect(onProduct).toEqual(product);
	}
);
