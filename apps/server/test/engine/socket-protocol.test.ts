import type { Server } from 'socket.io';
import { closeFrame, frame } from '@digda/testkit/raw/frames.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { connectPacket, eventPacket, packet } from '@digda/testkit/raw/packets.ts';
import { compareEach, type Fact } from './support/compare-each.ts';
import { query, type RecordedPeer } from './support/RecordedPeer.ts';
import { startSocketServer, type SocketServerOptions } from './support/servers.ts';

type SocketFact = Fact<SocketServerOptions>;

/** Sets up the server of these tests for the namespaces `/` and `/chat`. */
function serve(io: Server): void {
	io.of('/denied').use((_socket, next) => next(Object.assign(new Error('denied'), { data: { code: 7 } })));
	for (const namespace of [io.of('/'), io.of('/chat')]) {
		namespace.on('connection', (socket) => {
			socket.emit('welcome', socket.handshake.auth);
			socket.on('echo', (...args: unknown[]) => {
				const acknowledge = args.at(-1);
				// Socket.IO adds a function where the client asks for an acknowledgement.
				if (typeof acknowledge === 'function') (acknowledge as (...sent: unknown[]) => void)(...args.slice(0, -1));
				else socket.emit('echoed', ...args);
			});
			socket.on('question', () => socket.emit('question', 'why?', () => socket.emit('answered')));
			socket.on('bytes', () => socket.emit('bytes', Buffer.from([1, 2]), 'text', { nested: [Uint8Array.of(3)] }));
			socket.on('broadcast', () => namespace.emit('told', { all: true }));
			socket.on('leave', () => socket.disconnect());
			socket.on('close', () => socket.disconnect(true));
		});
	}
}

const OPENED = '"upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
const CLOSED = ['close', 'end'];
const OK = { status: 200, body: 'ok' };
const placeholder = (num: number) => ({ _placeholder: true, num });

/** Plays over WebSocket: sends packets in one write, then reads as many frames. */
function send(count: number, ...packets: (string | Uint8Array)[]): SocketFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		socket.send(...packets);
		return await socket.take(count);
	};
}

/** Plays over WebSocket in the namespace `/`: sends packets in one write, then reads as many frames. */
function sendInside(count: number, ...packets: (string | Uint8Array)[]): SocketFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		socket.send(connectPacket());
		await socket.take(2);
		socket.send(...packets);
		return await socket.take(count);
	};
}

/** Plays over WebSocket in both namespaces: sends packets one after the other, each after a frame came for the one before. */
function sendInBoth(...packets: string[]): SocketFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		for (const joined of [connectPacket(), connectPacket('/chat')]) {
			socket.send(joined);
			await socket.take(2);
		}
		const frames = [];
		for (const each of packets) {
			socket.send(each);
			frames.push(await socket.next());
		}
		return frames;
	};
}

/** Plays over WebSocket in the namespace `/`: sends packets in one write, then reads up to the end. */
function sendInsideUntilEnd(...packets: (string | Uint8Array)[]): SocketFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		socket.send(connectPacket());
		await socket.take(2);
		socket.send(...packets);
		return await socket.rest();
	};
}

/** Plays over polling in the namespace `/`: posts bodies one after the other, then polls. */
function post(...bodies: string[]): SocketFact['play'] {
	return async (peer) => {
		const sid = await peer.beginPolling();
		await peer.post(sid, connectPacket());
		await peer.poll(sid);
		const posts = [];
		for (const body of bodies) posts.push(await peer.post(sid, body));
		return [...posts, await peer.poll(sid)];
	};
}

const CONNECTIONS: SocketFact[] = [
	{
		name: 'the session opens before any namespace',
		play: async (peer) => await (await peer.webSocket()).next(),
		expected: `text 0{"sid":"#",${OPENED}`
	},
	{
		name: 'a client joins the namespace /',
		play: send(2, connectPacket()),
		expected: ['text 40{"sid":"#"}', 'text 42["welcome",{}]']
	},
	{
		name: 'a client joins the namespace / with credentials',
		play: send(2, connectPacket('', { token: '\u{ac00}' })),
		expected: ['text 40{"sid":"#"}', 'text 42["welcome",{"token":"\u{ac00}"}]']
	},
	{
		name: 'a client joins another namespace',
		play: send(2, connectPacket('/chat')),
		expected: ['text 40/chat,{"sid":"#"}', 'text 42/chat,["welcome",{}]']
	},
	{
		name: 'a client joins another namespace with credentials',
		play: send(2, connectPacket('/chat', { token: 'x' })),
		expected: ['text 40/chat,{"sid":"#"}', 'text 42/chat,["welcome",{"token":"x"}]']
	},
	{
		name: 'a client joins two namespaces in one write',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			socket.send(connectPacket(), connectPacket('/chat'));
			return (await socket.take(4)).toSorted();
		},
		expected: ['text 40/chat,{"sid":"#"}', 'text 40{"sid":"#"}', 'text 42/chat,["welcome",{}]', 'text 42["welcome",{}]']
	},
	{
		name: 'a client joins over polling',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			return [await peer.post(sid, connectPacket()), await peer.poll(sid)];
		},
		expected: [OK, { status: 200, body: ['40{"sid":"#"}', '42["welcome",{}]'].join(SEPARATOR) }]
	},
	{
		name: 'an unknown namespace is rejected, and the connection stays',
		play: send(3, packet('connect', '/unknown,'), connectPacket()),
		expected: ['text 44/unknown,{"message":"Invalid namespace"}', 'text 40{"sid":"#"}', 'text 42["welcome",{}]']
	},
	{
		name: 'a middleware rejects with its data',
		play: send(1, packet('connect', '/denied,')),
		expected: ['text 44/denied,{"message":"denied","data":{"code":7}}']
	},
	{
		name: 'a connection that joins no namespace in time is closed over WebSocket',
		options: { connectTimeout: 50 },
		play: async (peer) => await (await peer.openWebSocket()).rest(),
		expected: CLOSED
	},
	{
		name: 'a connection that joins no namespace in time is closed over polling',
		options: { connectTimeout: 500 },
		play: async (peer) => await peer.poll(await peer.beginPolling()),
		expected: { status: 200, body: '1' }
	},
	{
		name: 'joining a namespace twice closes the connection',
		play: sendInsideUntilEnd(connectPacket()),
		expected: CLOSED
	}
];

const DISCONNECTIONS: SocketFact[] = [
	{
		name: 'a client leaves a namespace, keeps the other, and must not use the one that it left',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			for (const joined of [connectPacket(), connectPacket('/chat')]) {
				socket.send(joined);
				await socket.take(2);
			}
			socket.send(packet('disconnect'), eventPacket('/chat', ['echo', 1]));
			const answered = await socket.next();
			// The client has left the namespace `/`.
			socket.send(eventPacket('', ['echo', 1]));
			return [answered, ...(await socket.rest())];
		},
		expected: ['text 42/chat,["echoed",1]', ...CLOSED]
	},
	{
		name: 'the server disconnects a client from a namespace',
		play: sendInBoth(eventPacket('', ['leave']), eventPacket('/chat', ['echo', 1]), eventPacket('/chat', ['leave'])),
		expected: ['text 41', 'text 42/chat,["echoed",1]', 'text 41/chat,']
	},
	{
		name: 'the server disconnects a client and closes the connection',
		play: sendInsideUntilEnd(eventPacket('', ['close'])),
		expected: ['text 41', ...CLOSED]
	},
	{
		name: 'the server disconnects a client over polling and closes the connection',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			await peer.post(sid, connectPacket());
			await peer.poll(sid);
			const [polled, posted] = await Promise.all([peer.poll(sid), peer.post(sid, eventPacket('', ['close']))]);
			return [posted, polled];
		},
		expected: [OK, { status: 200, body: '41' }]
	},
	{
		name: 'the server does not send an answer after a close frame',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			socket.send(connectPacket());
			await socket.take(2);
			socket.write(frame(eventPacket('', ['echo', 'x'])), closeFrame(1000));
			return await socket.rest();
		},
		expected: ['close 1000', 'end']
	}
];

const EVENTS: SocketFact[] = [
	{
		name: 'an event',
		play: sendInside(1, eventPacket('', ['echo', 1, '2', { 3: [true, null] }])),
		expected: ['text 42["echoed",1,"2",{"3":[true,null]}]']
	},
	{
		name: 'an event with an acknowledgement',
		play: sendInside(2, eventPacket('', ['echo', 1, '2'], 456), eventPacket('', ['echo'], 0)),
		expected: ['text 43456[1,"2"]', 'text 430[]']
	},
	{
		name: 'an event with an acknowledgement in another namespace',
		play: sendInBoth(eventPacket('/chat', ['echo', '\u{1f600}'], 7)),
		expected: ['text 43/chat,7["\u{1f600}"]']
	},
	{
		name: 'an acknowledgement by the client',
		play: sendInBoth(eventPacket('/chat', ['question']), packet('ack', '/chat,0[]')),
		expected: ['text 42/chat,0["question","why?"]', 'text 42/chat,["answered"]']
	},
	{
		name: 'an unsolicited acknowledgement changes nothing',
		play: sendInside(1, packet('ack', '99[]'), eventPacket('', ['echo', 1])),
		expected: ['text 42["echoed",1]']
	},
	{
		name: 'an event to all, with and without a namespace',
		play: sendInBoth(eventPacket('', ['broadcast']), eventPacket('/chat', ['broadcast'])),
		expected: ['text 42["told",{"all":true}]', 'text 42/chat,["told",{"all":true}]']
	},
	{
		name: 'events over polling',
		play: post([eventPacket('', ['echo', 1]), eventPacket('', ['echo', 2], 5)].join(SEPARATOR)),
		expected: [OK, { status: 200, body: ['42["echoed",1]', '435[2]'].join(SEPARATOR) }]
	},
	{
		name: 'a binary event',
		play: sendInside(
			4,
			packet('binaryEvent', `1-${JSON.stringify(['echo', placeholder(0)])}`),
			Uint8Array.of(1, 2, 3),
			eventPacket('', ['echo', 'after']),
			eventPacket('', ['echo', 'later'])
		),
		expected: [
			`text 451-${JSON.stringify(['echoed', placeholder(0)])}`,
			'binary 010203',
			'text 42["echoed","after"]',
			'text 42["echoed","later"]'
		]
	},
	{
		name: 'a binary event with two attachments',
		play: sendInside(
			3,
			packet('binaryEvent', `2-${JSON.stringify(['echo', placeholder(0), 'x', placeholder(1)])}`),
			Uint8Array.of(1),
			Uint8Array.of()
		),
		expected: [`text 452-${JSON.stringify(['echoed', placeholder(0), 'x', placeholder(1)])}`, 'binary 01', 'binary ']
	},
	{
		name: 'a binary event with an acknowledgement',
		play: sendInside(
			2,
			packet('binaryEvent', `1-789${JSON.stringify(['echo', placeholder(0)])}`),
			Uint8Array.of(1, 2, 3)
		),
		expected: [`text 461-789${JSON.stringify([placeholder(0)])}`, 'binary 010203']
	},
	{
		name: 'a binary event that the server begins',
		play: sendInside(3, eventPacket('', ['bytes'])),
		expected: [
			`text 452-${JSON.stringify(['bytes', placeholder(0), 'text', { nested: [placeholder(1)] }])}`,
			'binary 0102',
			'binary 03'
		]
	},
	{
		name: 'binary events over polling',
		play: post(
			[packet('binaryEvent', `1-${JSON.stringify(['echo', placeholder(0)])}`), 'bAQID'].join(SEPARATOR),
			[packet('binaryEvent', `1-3${JSON.stringify(['echo', placeholder(0)])}`), 'bAQID'].join(SEPARATOR)
		),
		expected: [
			OK,
			OK,
			{
				status: 200,
				body: [
					`451-${JSON.stringify(['echoed', placeholder(0)])}`,
					'bAQID',
					`461-3${JSON.stringify([placeholder(0)])}`,
					'bAQID'
				].join(SEPARATOR)
			}
		]
	},
	{
		name: 'an event during an upgrade arrives on the WebSocket',
		play: async (peer: RecordedPeer) => {
			const sid = await peer.beginPolling();
			await peer.post(sid, connectPacket());
			await peer.poll(sid);
			const socket = await peer.webSocket(query('websocket', sid));
			socket.send('2probe');
			const probed = await socket.next();
			await peer.post(sid, eventPacket('', ['bytes']));
			await peer.post(sid, eventPacket('', ['broadcast']));
			socket.send('5', eventPacket('', ['echo', 1]));
			return [probed, ...(await socket.take(5))];
		},
		expected: [
			'text 3probe',
			`text 452-${JSON.stringify(['bytes', placeholder(0), 'text', { nested: [placeholder(1)] }])}`,
			'binary 0102',
			'binary 03',
			'text 42["told",{"all":true}]',
			'text 42["echoed",1]'
		]
	}
];

const WRONG_PACKETS: SocketFact[] = [
	...(
		[
			['a packet of an unknown type', ['4abc']],
			['the packet type 7', ['47']],
			['a packet without a type', ['4']],
			['an event that is no JSON', ['42{']],
			['an event that is no array', ['42{}']],
			['an event without a name', ['42[]']],
			['an event with a reserved name', ['42["connect"]']],
			['an event whose name is an object', ['42[{}]']],
			['an identifier that is no number', ['42abc["echo"]']],
			['an acknowledgement that is no array', ['431{}']],
			['an error, which is for the server to send', ['44{"message":"x"}']],
			['an event in a namespace that was not joined', ['42/chat,["echo"]']],
			['unannounced bytes', [Uint8Array.of(1)]],
			['a text in place of an attachment', [`451-["echo",{"_placeholder":true,"num":0}]`, '42["echo"]']],
			['a number of attachments that is none', ['45x-["echo"]']],
			['a placeholder beyond the attachments', [`451-["echo",{"_placeholder":true,"num":1}]`, Uint8Array.of(1)]]
		] as const
	).map(([name, packets]) => ({
		name: `${name} closes the connection over WebSocket`,
		play: sendInsideUntilEnd(...packets),
		expected: CLOSED
	})),
	{
		name: 'an event before the namespace was joined closes the connection',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			socket.send(eventPacket('', ['echo']));
			return await socket.rest();
		},
		expected: CLOSED
	},
	{
		name: 'a packet of an unknown type closes the connection over polling',
		play: post('4abc'),
		expected: [OK, { status: 200, body: ['6', '1'].join(SEPARATOR) }]
	}
];

const FACTS = [...CONNECTIONS, ...DISCONNECTIONS, ...EVENTS, ...WRONG_PACKETS];

compareEach(FACTS, async (implementation, options) => (await startSocketServer(implementation, serve, options)).port);
