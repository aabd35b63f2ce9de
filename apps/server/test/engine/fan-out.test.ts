import type { Namespace, Server } from 'socket.io';
import { expect, test } from 'vitest';
import { fanOut } from '../../src/socket/engine/fan-out.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { compareEach, type Fact } from './support/compare-each.ts';
import { query, type RecordedPeer, type RecordedWebSocket } from './support/RecordedPeer.ts';
import { startSocketServer, type Implementation, type SocketServerOptions } from './support/servers.ts';

type FanOutFact = Fact<SocketServerOptions>;

/** Delivers to a channel: with Socket.IO on the stock side, with `fanOut` on ours. */
const DELIVER: Record<Implementation, (namespace: Namespace, event: string, payload: object) => void> = {
	stock: (namespace, event, payload) => void namespace.to('room').emit(event, payload),
	ours: (namespace, event, payload) => fanOut(namespace, 'room', event, payload)
};

const PAYLOADS: Record<string, object> = {
	empty: {},
	text: { text: 'hello' },
	unicode: { text: '\u{c11c}\u{bc84} \u{1f600} \u2028 \ud800' },
	skipped: { left: undefined, list: [undefined, () => 1], date: new Date(0), not: NaN },
	array: [1, 'two', null],
	bytes: { before: 'x', data: Buffer.from([1, 2]), after: [Uint8Array.of(3)] },
	...Object.fromEntries(
		[100, 101, 102, 103, 104, 105, 106, 107, 65_510, 65_511, 65_512, 65_513, 65_514, 65_515, 65_516, 200_000].map(
			(length) => [`${length} characters`, { text: 'x'.repeat(length) }]
		)
	)
};

const serve = (implementation: Implementation) => (io: Server) => {
	const deliver = DELIVER[implementation];
	for (const namespace of [io.of('/'), io.of('/chat')]) {
		const waiting: (() => void)[] = [];
		// A waiting socket is in the channel before it is connected.
		namespace.use((socket, next) => {
			const { waits } = socket.handshake.auth as { waits?: boolean };
			if (waits) {
				void socket.join('room');
				waiting.push(next);
			} else next();
		});
		namespace.on('connection', (socket) => {
			socket.on('join', () => {
				void socket.join('room');
				socket.emit('joined');
			});
			socket.on('deliver', (name: string) => {
				socket.emit('before');
				deliver(namespace, 'told', PAYLOADS[name] ?? {});
				socket.emit('after');
			});
			socket.on('admit', () => {
				for (const admit of waiting) admit();
			});
			socket.on('close and deliver', () => {
				socket.conn.close();
				deliver(namespace, 'told', {});
			});
			socket.on('deliver and close', () => {
				deliver(namespace, 'told', {});
				socket.conn.close();
			});
			socket.on('disconnect and deliver', () => {
				socket.disconnect();
				deliver(namespace, 'told', {});
			});
		});
	}
};

async function join(peer: RecordedPeer, namespace: '' | '/chat' = ''): Promise<RecordedWebSocket> {
	const socket = await peer.openWebSocket();
	socket.send(connectPacket(namespace));
	await socket.next();
	socket.send(eventPacket(namespace, ['join']));
	await socket.next();
	return socket;
}

async function joinPolling(peer: RecordedPeer): Promise<string> {
	const sid = await peer.beginPolling();
	await peer.post(sid, connectPacket());
	await peer.poll(sid);
	await peer.post(sid, eventPacket('', ['join']));
	await peer.poll(sid);
	return sid;
}

const FACTS: FanOutFact[] = [
	...(['', '/chat'] as const).flatMap((namespace) =>
		Object.keys(PAYLOADS).map((name) => ({
			name: `a payload (${name}) to a channel of "${namespace}" keeps its order among packets before and after`,
			play: async (peer: RecordedPeer) => {
				const [sender, other] = [await join(peer, namespace), await join(peer, namespace)];
				sender.send(eventPacket(namespace, ['deliver', name]));
				const prefix = namespace && `${namespace},`;
				const count = name === 'bytes' ? 5 : 3;
				const frames = await sender.take(count);
				await other.take(count - 2);
				return [frames[0], frames.at(-1)?.replace(prefix, '')];
			},
			expected: [`text 42${namespace && `${namespace},`}["before"]`, 'text 42["after"]']
		}))
	),
	{
		name: 'a connection over polling receives the same packets',
		play: async (peer) => {
			const sid = await joinPolling(peer);
			await peer.post(
				sid,
				[eventPacket('', ['deliver', 'text']), eventPacket('', ['deliver', 'bytes'])].join(SEPARATOR)
			);
			return (await peer.poll(sid)).body.split(SEPARATOR).map((packet) => packet.slice(0, 9));
		},
		expected: ['42["befor', '42["told"', '42["after', '42["befor', '452-["tol', 'bAQI=', 'bAw==', '42["after']
	},
	{
		name: 'a connection that upgrades receives packets that were delivered meanwhile',
		play: async (peer) => {
			const sid = await joinPolling(peer);
			const sender = await join(peer);
			const socket = await peer.webSocket(query('websocket', sid));
			socket.send('2probe');
			await socket.next();
			sender.send(eventPacket('', ['deliver', 'text']));
			await sender.take(3);
			socket.send('5');
			const during = await socket.next();
			sender.send(eventPacket('', ['deliver', 'empty']));
			await sender.take(3);
			return [during, await socket.next()];
		},
		expected: ['text 42["told",{"text":"hello"}]', 'text 42["told",{}]']
	},
	{
		name: 'a connection outside of the channel or the namespace receives nothing',
		play: async (peer) => {
			const [sender, elsewhere, outside] = [await join(peer), await join(peer, '/chat'), await peer.openWebSocket()];
			outside.send(connectPacket());
			await outside.next();
			sender.send(eventPacket('', ['deliver', 'text']));
			await sender.take(3);
			outside.send(eventPacket('', ['join']));
			elsewhere.send(eventPacket('/chat', ['join']));
			return [await outside.next(), await elsewhere.next()];
		},
		expected: ['text 42["joined"]', 'text 42/chat,["joined"]']
	},
	{
		name: 'a connection in the channel that is not admitted yet receives nothing',
		play: async (peer) => {
			const [sender, waiting] = [await join(peer), await peer.openWebSocket()];
			waiting.send(connectPacket('', { waits: true }));
			waiting.send(connectPacket('/chat'));
			// The other namespace has admitted it, so the socket in the first one waits by now.
			await waiting.next();
			sender.send(eventPacket('', ['deliver', 'text']), eventPacket('', ['admit']));
			await sender.take(3);
			const connected = await waiting.next();
			sender.send(eventPacket('', ['deliver', 'empty']));
			return [connected, await waiting.next()];
		},
		expected: ['text 40{"sid":"#"}', 'text 42["told",{}]']
	},
	{
		name: 'a closing connection receives nothing more',
		play: async (peer) => {
			const [closing, other] = [await join(peer), await join(peer)];
			closing.send(eventPacket('', ['close and deliver']));
			return [await closing.rest(), await other.next()];
		},
		expected: [['close', 'end'], 'text 42["told",{}]']
	},
	{
		name: 'packets that were delivered before a connection closes arrive before its end',
		play: async (peer) => {
			const closing = await join(peer);
			closing.send(eventPacket('', ['deliver and close']));
			return await closing.rest();
		},
		expected: ['text 42["told",{}]', 'close', 'end']
	},
	{
		name: 'a disconnected socket receives nothing more',
		play: async (peer) => {
			const [left, other] = [await join(peer), await join(peer)];
			left.send(eventPacket('', ['disconnect and deliver']), connectPacket('/chat'));
			const told = await other.next();
			return [told, (await left.take(2)).toSorted()];
		},
		expected: ['text 42["told",{}]', ['text 40/chat,{"sid":"#"}', 'text 41']]
	}
];

compareEach(FACTS, async (implementation, options) => {
	return (await startSocketServer(implementation, serve(implementation), options)).port;
});

test('fanOut to a channel that does not exist sends nothing', async () => {
	const { io } = await startSocketServer('ours', () => undefined);
	expect(() => fanOut(io.of('/'), 'nobody', 'told', {})).not.toThrow();
});
