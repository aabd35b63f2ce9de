import type { ServerOptions } from 'engine.io';
import { closeFrame, frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { compareEach, type Fact } from './support/compare-each.ts';
import { query, type RecordedPeer, type RecordedWebSocket } from './support/RecordedPeer.ts';
import { startEngine, type EngineConnection } from './support/servers.ts';

type EngineFact = Fact<Partial<ServerOptions>>;

/** The server of these tests runs a command for each of these messages. It echoes every other message. */
const COMMANDS: Record<string, (connection: EngineConnection) => void> = {
	close: (connection) => connection.close(),
	discard: (connection) => connection.close(true),
	'send and close': (connection) => {
		connection.send('last');
		connection.close();
	},
	mix: (connection) => {
		for (const data of ['one', Buffer.from([1]), 'two', new Uint8Array([2, 3]), Buffer.alloc(0), 'three']) {
			connection.send(data);
		}
	},
	views: (connection) => {
		const { buffer } = Uint8Array.of(9, 1, 2, 3, 4, 9);
		connection.send(new Uint8Array(buffer, 1, 4));
		connection.send(new DataView(buffer, 1, 4));
		connection.send(new Uint16Array(buffer, 2, 1));
		connection.send(buffer);
	},
	empty: (connection) => connection.send('')
};

function serve(connection: EngineConnection): void {
	connection.on('message', (data) => {
		const command = typeof data === 'string' ? COMMANDS[data] : undefined;
		if (command) command(connection);
		else connection.send(data);
	});
}

const OPENED = '0{"sid":"#","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
const OPENED_POLLING = OPENED.replace('[]', '["websocket"]');
const OK = { status: 200, body: 'ok' };
const error = (code: number, message: string) => ({ status: 400, body: JSON.stringify({ code, message }) });
const UNKNOWN_TRANSPORT = error(0, 'Transport unknown');
const UNKNOWN_SESSION = error(1, 'Session ID unknown');
const BAD_METHOD = error(2, 'Bad handshake method');
const BAD_REQUEST = error(3, 'Bad request');
const BAD_REVISION = error(5, 'Unsupported protocol version');
const NOBODY = 'AAAAAAAAAAAAAAAAAAAA';

/** Plays over polling: posts bodies one after the other, then polls. */
function overPolling(...bodies: string[]): EngineFact['play'] {
	return async (peer) => {
		const sid = await peer.beginPolling();
		const posts = [];
		for (const body of bodies) posts.push(await peer.post(sid, body));
		return [...posts, await peer.poll(sid)];
	};
}

/** Plays over polling: posts while a poll waits, then polls again. */
function duringPoll(body: string): EngineFact['play'] {
	return async (peer) => {
		const sid = await peer.beginPolling();
		const [polled, posted] = await Promise.all([peer.poll(sid), peer.post(sid, body)]);
		return [polled, posted, await peer.poll(sid)];
	};
}

/** Plays over WebSocket: sends packets in one write, then reads as many frames. */
function overWebSocket(count: number, ...packets: (string | Uint8Array)[]): EngineFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		socket.send(...packets);
		return await socket.take(count);
	};
}

/** Plays over WebSocket: writes bytes, then reads up to the end. */
function untilEnd(...bytes: Uint8Array[]): EngineFact['play'] {
	return async (peer) => {
		const socket = await peer.openWebSocket();
		socket.write(...bytes);
		return await socket.rest();
	};
}

/** Begins over polling and probes a WebSocket. */
async function probe(peer: RecordedPeer): Promise<{ sid: string; socket: RecordedWebSocket }> {
	const sid = await peer.beginPolling();
	const socket = await peer.webSocket(query('websocket', sid));
	socket.send('2probe');
	await socket.next();
	return { sid, socket };
}

const HANDSHAKES: EngineFact[] = [
	{
		name: 'a handshake over polling opens a session',
		play: async (peer) => (await peer.request('GET', query('polling'))).body,
		expected: OPENED_POLLING
	},
	{
		name: 'a handshake over WebSocket opens a session',
		play: async (peer) => await (await peer.webSocket()).next(),
		expected: `text ${OPENED}`
	},
	...(
		[
			['no revision', 'transport=polling', BAD_REVISION],
			['revision 3', 'EIO=3&transport=polling', BAD_REVISION],
			['revision abc', 'EIO=abc&transport=polling', BAD_REVISION],
			['no transport', 'EIO=4', UNKNOWN_TRANSPORT],
			['the transport abc', 'EIO=4&transport=abc', UNKNOWN_TRANSPORT],
			['the transport webtransport', 'EIO=4&transport=webtransport', UNKNOWN_TRANSPORT],
			['the transport websocket', query('websocket'), BAD_REQUEST],
			['an unknown session', query('polling', NOBODY), UNKNOWN_SESSION]
		] as const
	).map(([name, search, expected]) => ({
		name: `a request over HTTP with ${name} is rejected`,
		play: async (peer: RecordedPeer) => await peer.request('GET', search),
		expected
	})),
	...['POST', 'PUT', 'DELETE'].map((method) => ({
		name: `a handshake with ${method} is rejected`,
		play: async (peer: RecordedPeer) => await peer.request(method, query('polling'), ''),
		expected: BAD_METHOD
	})),
	...(
		[
			['no revision', 'transport=websocket', 101],
			['revision 3', 'EIO=3&transport=websocket', 101],
			['no transport', 'EIO=4', 400],
			['the transport abc', 'EIO=4&transport=abc', 400],
			['the transport polling', query('polling'), 101],
			['an unknown session', query('websocket', NOBODY), 400]
		] as const
	).map(([name, search, status]) => ({
		name: `a WebSocket with ${name} is closed`,
		play: async (peer: RecordedPeer) => {
			const socket = await peer.webSocket(search);
			const frames = await socket.rest();
			return [socket.status, frames.filter((it) => it.startsWith('text'))];
		},
		expected: [status, []]
	})),
	{
		name: 'permessage-deflate is not accepted',
		play: async (peer) => {
			const socket = await peer.openWebSocket({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
			socket.send(`4${'x'.repeat(2_000)}`);
			return [(await socket.next()).length, peer.record[0]?.[0]?.includes('permessage')];
		},
		expected: ['text 4'.length + 2_000, false]
	}
];

const HEARTBEATS: EngineFact[] = [
	{
		name: 'the server sends pings over WebSocket while pongs come',
		options: { pingInterval: 50, pingTimeout: 15_000 },
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			const pings = [];
			for (let count = 0; count < 3; count += 1) {
				pings.push(await socket.next());
				socket.send('3');
			}
			return pings;
		},
		expected: ['text 2', 'text 2', 'text 2']
	},
	{
		name: 'the server closes a WebSocket without a pong',
		options: { pingInterval: 50, pingTimeout: 50 },
		play: async (peer) => await (await peer.openWebSocket()).rest(),
		expected: ['text 2', 'close', 'end']
	},
	{
		name: 'the server sends pings over polling while pongs come',
		options: { pingInterval: 50, pingTimeout: 15_000 },
		play: async (peer) => {
			const sid = await peer.beginPolling();
			return [await peer.poll(sid), await peer.post(sid, '3'), await peer.poll(sid)];
		},
		expected: [{ status: 200, body: '2' }, OK, { status: 200, body: '2' }]
	},
	{
		name: 'the server closes a session over polling without a pong',
		options: { pingInterval: 50, pingTimeout: 1_000 },
		play: async (peer) => {
			const sid = await peer.beginPolling();
			return [await peer.poll(sid), await peer.poll(sid), await peer.poll(sid)];
		},
		expected: [{ status: 200, body: '2' }, { status: 200, body: '1' }, UNKNOWN_SESSION]
	}
];

const MESSAGES: EngineFact[] = [
	{
		name: 'a text over polling',
		play: overPolling('4hello'),
		expected: [OK, { status: 200, body: '4hello' }]
	},
	{
		name: 'several packets in one body over polling',
		play: overPolling(['4a', '4\u{c11c}\u{bc84}', '4\u{1f600}'].join(SEPARATOR)),
		expected: [OK, { status: 200, body: ['4a', '4\u{c11c}\u{bc84}', '4\u{1f600}'].join(SEPARATOR) }]
	},
	{
		name: 'bytes between texts over polling',
		play: overPolling(['4a', 'bAQIDBA==', '4b'].join(SEPARATOR)),
		expected: [OK, { status: 200, body: ['4a', 'bAQIDBA==', '4b'].join(SEPARATOR) }]
	},
	{
		name: 'texts and bytes that the server sends over polling',
		play: overPolling('4mix'),
		expected: [OK, { status: 200, body: ['4one', 'bAQ==', '4two', 'bAgM=', 'b', '4three'].join(SEPARATOR) }]
	},
	{
		name: 'every kind of bytes that the server sends over polling',
		play: overPolling('4views'),
		expected: [OK, { status: 200, body: ['bAQIDBA==', 'bAQIDBA==', 'bAgM=', 'bCQECAwQJ'].join(SEPARATOR) }]
	},
	{ name: 'a text over WebSocket', play: overWebSocket(1, '4hello'), expected: ['text 4hello'] },
	{ name: 'a message without a text over WebSocket', play: overWebSocket(1, '4empty'), expected: ['text 4'] },
	{
		name: 'bytes over WebSocket',
		play: overWebSocket(1, Uint8Array.of(1, 2, 3, 4)),
		expected: ['binary 01020304']
	},
	{ name: 'no bytes over WebSocket', play: overWebSocket(1, new Uint8Array(0)), expected: ['binary '] },
	{
		name: 'bytes that look like a frame over WebSocket',
		play: overWebSocket(2, Uint8Array.of(0x81, 2, 0x34, 0x78), '4after'),
		expected: ['binary 81023478', 'text 4after']
	},
	{
		name: 'bytes between texts over WebSocket',
		play: overWebSocket(5, '4a', Uint8Array.of(1), '4b', Uint8Array.of(2), '4c'),
		expected: ['text 4a', 'binary 01', 'text 4b', 'binary 02', 'text 4c']
	},
	{
		name: 'texts and bytes that the server sends over WebSocket',
		play: overWebSocket(6, '4mix'),
		expected: ['text 4one', 'binary 01', 'text 4two', 'binary 0203', 'binary ', 'text 4three']
	},
	{
		name: 'every kind of bytes that the server sends over WebSocket',
		play: overWebSocket(4, '4views'),
		expected: ['binary 01020304', 'binary 01020304', 'binary 0203', 'binary 090102030409']
	},
	{
		name: 'bytes to a client that takes texts alone',
		play: async (peer) => {
			const socket = await peer.webSocket(`${query('websocket')}&b64=1`);
			socket.send('4mix');
			return (await socket.take(7)).slice(1);
		},
		expected: ['text 4one', 'text bAQ==', 'text 4two', 'text bAgM=', 'text b', 'text 4three']
	},
	...[0, 1, 123, 124, 125, 126, 127, 65_533, 65_534, 65_535, 65_536, 65_537, 300_000].map((length) => ({
		name: `a text of ${length} characters and as many bytes over WebSocket`,
		play: async (peer: RecordedPeer) => {
			const socket = await peer.openWebSocket();
			const bytes = new Uint8Array(length).fill(0x78);
			socket.send(`4-${'x'.repeat(length)}`, bytes);
			const [text = '', binary = ''] = await socket.take(2);
			return [text.length, binary.length];
		},
		expected: ['text 4-'.length + length, 'binary '.length + 2 * length]
	})),
	{
		name: 'a message in three fragments with a ping between them',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			socket.write(frame('4a', { isFinal: false }), frame('x', { opcode: OPCODE.ping }));
			socket.write(frame('b', { opcode: OPCODE.continuation, isFinal: false }));
			socket.write(frame('c', { opcode: OPCODE.continuation }));
			return await socket.take(2);
		},
		expected: ['pong x', 'text 4abc']
	}
];

const CLOSINGS: EngineFact[] = [
	{
		name: 'a close packet over polling ends the session and the poll that waits',
		play: duringPoll('1'),
		expected: [{ status: 200, body: '6' }, OK, UNKNOWN_SESSION]
	},
	{
		name: 'a session that the server closes over polling ends with a close packet',
		play: duringPoll('4close'),
		expected: [{ status: 200, body: '1' }, OK, UNKNOWN_SESSION]
	},
	{
		name: 'the last message before the server closes arrives over polling',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			const posted = await peer.post(sid, '4send and close');
			return [posted, await peer.poll(sid), await peer.poll(sid), await peer.poll(sid)];
		},
		expected: [OK, { status: 200, body: '4last' }, { status: 200, body: ['6', '1'].join(SEPARATOR) }, UNKNOWN_SESSION]
	},
	{
		name: 'a close packet over WebSocket changes nothing',
		play: overWebSocket(1, '1', '4still here'),
		expected: ['text 4still here']
	},
	...['close', 'discard'].map((command) => ({
		name: `a session that the server closes over WebSocket ends with a close frame (${command})`,
		play: untilEnd(frame(`4${command}`)),
		expected: ['close', 'end']
	})),
	{
		name: 'the last message before the server closes arrives over WebSocket',
		play: untilEnd(frame('4send and close')),
		expected: ['text 4last', 'close', 'end']
	},
	{
		name: 'the server answers packets before a close frame, and then the close frame',
		play: untilEnd(frame('4a'), closeFrame(1000)),
		expected: ['text 4a', 'close 1000', 'end']
	},
	{
		name: 'the server answers packets that came before the client ended the TCP connection',
		play: async (peer) => {
			const socket = await peer.openWebSocket();
			socket.send('4a', '4b');
			socket.end();
			return await socket.rest();
		},
		expected: ['text 4a', 'text 4b', 'end']
	},
	{
		name: 'the server answers packets before an invalid frame',
		play: untilEnd(frame('4a'), frame('4', { reserved: 4 })),
		expected: ['text 4a', 'close 1002', 'end']
	},
	{
		name: 'the server answers no packet after a close frame',
		play: untilEnd(closeFrame(1000), frame('4a')),
		expected: ['close 1000', 'end']
	},
	...[1000, 1001, 1003, 1011, 3000, 4999].map((code) => ({
		name: `the close code ${code} is sent back`,
		play: untilEnd(closeFrame(code, 'reason')),
		expected: [`close ${code}`, 'end']
	})),
	...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code) => ({
		name: `the close code ${code} is a protocol error`,
		play: untilEnd(closeFrame(code)),
		expected: ['close 1002', 'end']
	})),
	...(
		[
			['a close frame of one byte', [closeFrame(Buffer.from([3]))], 1002],
			['a close reason that is no UTF-8', [closeFrame(Buffer.from([3, 232, 255]))], 1007],
			['a close reason of 124 bytes', [closeFrame(1000, 'x'.repeat(124))], 1002],
			['a text that is no UTF-8', [frame(Buffer.from([0x34, 0xff]))], 1007],
			['half a character', [frame(Buffer.from([0x34, 0xea, 0xb0]))], 1007],
			['a surrogate', [frame(Buffer.from([0x34, 0xed, 0xa0, 0x80]))], 1007],
			['a frame without a mask', [frame('4x', { isMasked: false })], 1002],
			['the reserved bit 1', [frame('4x', { reserved: 4 })], 1002],
			['the reserved bit 2', [frame('4x', { reserved: 2 })], 1002],
			['the reserved bit 3', [frame('4x', { reserved: 1 })], 1002],
			['the reserved opcode 3', [frame('4x', { opcode: 3 })], 1002],
			['the reserved opcode 11', [frame('4x', { opcode: 11 })], 1002],
			['a continuation without a beginning', [frame('4x', { opcode: OPCODE.continuation })], 1002],
			['a message within a message', [frame('4x', { isFinal: false }), frame('4y')], 1002],
			['a ping in fragments', [frame('x', { opcode: OPCODE.ping, isFinal: false })], 1002],
			['a ping of 126 bytes', [frame('x'.repeat(126), { opcode: OPCODE.ping })], 1002],
			['a frame that is too long', [frame('4x', { length: 1_000_001, lengthBits: 64 })], 1009],
			[
				'fragments that are too long',
				[frame('4'.repeat(600_000), { isFinal: false }), frame('x'.repeat(600_000), { opcode: 0 })],
				1009
			]
		] as const
	).map(([name, frames, code]) => ({
		name: `${name} ends the connection with ${code}`,
		play: untilEnd(...frames),
		expected: [`close ${code}`, 'end']
	})),
	...(
		[
			['an unknown type', '7'],
			['letters', 'abc'],
			['no type', ''],
			['a ping', '2']
		] as const
	).flatMap(([name, packet]) => [
		{
			name: `a packet with ${name} closes the session over WebSocket`,
			play: untilEnd(frame(packet)),
			expected: ['close', 'end']
		},
		{
			name: `a packet with ${name} closes the session over polling`,
			play: overPolling(packet),
			expected: [OK, UNKNOWN_SESSION]
		}
	]),
	...['0{}', '3', '5', '6'].map((packet) => ({
		name: `the packet ${packet} out of place changes nothing over WebSocket`,
		play: overWebSocket(1, packet, '4still here'),
		expected: ['text 4still here']
	})),
	{
		name: 'a second poll closes the session',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			const responses = await Promise.all([peer.poll(sid), peer.poll(sid)]);
			return [...responses.map(({ status }) => status).toSorted(), await peer.poll(sid)];
		},
		expected: [200, 400, UNKNOWN_SESSION]
	},
	{
		name: 'a body of bytes closes the session',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			const headers = { 'Content-Type': 'application/octet-stream' };
			const posted = await peer.request('POST', query('polling', sid), 'x', headers);
			return [posted, await peer.poll(sid)];
		},
		expected: [{ status: 400, body: '' }, UNKNOWN_SESSION]
	},
	{
		name: 'a body that is too long is rejected',
		options: { maxHttpBufferSize: 100 },
		play: async (peer) => {
			const sid = await peer.beginPolling();
			return await peer.post(sid, `4${'x'.repeat(100)}`);
		},
		expected: { status: 413, body: '' }
	},
	{
		name: 'a session over WebSocket takes no HTTP requests',
		play: async (peer) => {
			const socket = await peer.webSocket();
			const sid = /"sid":"([^"]*)"/.exec((await socket.nextRaw()).toString())?.[1] ?? '';
			return [await peer.poll(sid), await peer.post(sid, '4x')];
		},
		expected: [BAD_REQUEST, BAD_REQUEST]
	}
];

const UPGRADES: EngineFact[] = [
	{
		name: 'a session moves from polling to a WebSocket',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			const socket = await peer.webSocket(query('websocket', sid));
			socket.send('2probe');
			const probed = await socket.next();
			const polled = await peer.poll(sid);
			socket.send('5', '4hello');
			return [probed, polled, await socket.next()];
		},
		expected: ['text 3probe', { status: 200, body: '6' }, 'text 4hello']
	},
	{
		name: 'messages that the server sends during the upgrade arrive on the WebSocket',
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			// The server sends six messages while no poll waits.
			const posted = await peer.post(sid, '4mix');
			socket.send('5');
			return [posted, ...(await socket.take(6))];
		},
		expected: [OK, 'text 4one', 'binary 01', 'text 4two', 'binary 0203', 'binary ', 'text 4three']
	},
	{
		name: 'a session that has moved takes no HTTP requests',
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			socket.send('5', '4hello');
			const echoed = await socket.next();
			return [echoed, await peer.poll(sid)];
		},
		expected: ['text 4hello', BAD_REQUEST]
	},
	{
		name: 'a session that has moved takes no other WebSocket',
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			socket.send('5', '4hello');
			const echoed = await socket.next();
			const second = await peer.webSocket(query('websocket', sid));
			const ended = await second.rest();
			socket.send('4again');
			return [echoed, ended, await socket.next()];
		},
		expected: ['text 4hello', ['close', 'end'], 'text 4again']
	},
	{
		name: 'a second WebSocket during an upgrade is closed',
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			const second = await peer.webSocket(query('websocket', sid));
			const ended = await second.rest();
			socket.send('5', '4hello');
			return [ended, await socket.next()];
		},
		expected: [['close', 'end'], 'text 4hello']
	},
	...['2garbage', '4hello', '7', ''].map((packet) => ({
		name: `the packet "${packet}" in place of a probe closes the WebSocket, and polling goes on`,
		play: async (peer: RecordedPeer) => {
			const sid = await peer.beginPolling();
			const socket = await peer.webSocket(query('websocket', sid));
			socket.send(packet);
			return [await socket.rest(), await peer.post(sid, '4a'), await peer.poll(sid)];
		},
		expected: [['close', 'end'], OK, { status: 200, body: '4a' }]
	})),
	{
		name: 'a packet after the probe that is no upgrade closes the WebSocket after the pong',
		play: async (peer) => {
			const sid = await peer.beginPolling();
			const socket = await peer.webSocket(query('websocket', sid));
			socket.send('2probe', '4hello');
			return await socket.rest();
		},
		expected: ['text 3probe', 'close', 'end']
	},
	{
		name: 'a WebSocket whose upgrade does not end in time is closed',
		options: { upgradeTimeout: 50 },
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			return [await socket.rest(), await peer.post(sid, '4a')];
		},
		expected: [['close', 'end'], OK]
	},
	{
		name: 'a session that closes during an upgrade closes the WebSocket',
		play: async (peer) => {
			const { sid, socket } = await probe(peer);
			const posted = await peer.post(sid, '1');
			return [posted, await socket.rest()];
		},
		expected: [OK, ['close', 'end']]
	}
];

const FACTS = [...HANDSHAKES, ...HEARTBEATS, ...MESSAGES, ...CLOSINGS, ...UPGRADES];

compareEach(FACTS, async (implementation, options) => await startEngine(implementation, serve, options));
