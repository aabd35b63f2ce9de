import { expect } from 'vitest';
import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { ask, isStillOpen, requestText } from '@digda/testkit/raw/http.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import type { WebSocketOptions } from '@digda/testkit/raw/WebSocketLine.ts';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { attackEach, type Case } from './attack-each.ts';

const FOREIGN = { Origin: 'https://foreign.example' };
const SOMEBODY = 'AAAAAAAAAAAAAAAAAAAA';
const CLOSED = { line: 'closed' };
const OPEN = { line: 'open' };
/** Matches any of several statuses. */
const status = (...allowed: number[]): object => ({
	status: expect.toSatisfy((it: number) => allowed.includes(it)) as unknown
});

/** Asks for a connection over polling. */
function handshake(query: string, headers?: Record<string, string>, method = 'GET'): Case['attack'] {
	return async (attacker) => {
		const line = await attacker.line();
		const answer = await ask(line, requestText(`${method} /socket.io/?${query}`, headers));
		return { ...answer, isOpen: answer.status !== 0 && (await isStillOpen(line)) };
	};
}

/** Asks for a connection over WebSocket. */
function upgrade(options: WebSocketOptions): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.webSocket(options);
		await socket.closed();
		return { status: socket.status };
	};
}

/** Posts a body. @returns the answer, and whether the connection over polling still works */
function post(body: string, headers?: Record<string, string>): Case['attack'] {
	return async (attacker) => {
		const polling = await attacker.polling();
		await polling.post(connectPacket());
		await polling.poll();
		const { status } = await polling.post(body, headers);
		await polling.post(eventPacket('', ['eventFromClient', 'later']));
		const heard = await polling.poll();
		return { status, line: heard.body.includes('eventFromServer') ? 'open' : 'closed' };
	};
}

/** Sends texts over a WebSocket that is in the echo. */
function send(...texts: string[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inEcho();
		socket.send(...texts);
		return await attacker.fate(socket);
	};
}

/** Upgrades a connection over polling with the given packets. */
function probe(...texts: string[]): Case['attack'] {
	return async (attacker) => {
		const polling = await attacker.polling();
		const socket = await attacker.webSocket({ path: `${enginePath('websocket')}&sid=${polling.sid}` });
		socket.send(...texts);
		await socket.closed();
		return { status: socket.status };
	};
}

const HANDSHAKES: Case[] = [
	['an unknown transport', 'EIO=4&transport=carrierpigeon'],
	['no transport', 'EIO=4'],
	['a transport of the prototype', 'EIO=4&transport=constructor'],
	['WebTransport', 'EIO=4&transport=webtransport'],
	['a WebSocket without an upgrade', 'EIO=4&transport=websocket'],
	['two transports', 'EIO=4&transport=polling&transport=websocket'],
	['protocol 2', 'EIO=2&transport=polling'],
	['protocol 3', 'EIO=3&transport=polling'],
	['no protocol', 'transport=polling'],
	['a malformed protocol', 'EIO=%00%ff&transport=polling'],
	['an unknown sid', `EIO=4&transport=polling&sid=${SOMEBODY}`],
	['a sid from the prototype', 'EIO=4&transport=polling&sid=__proto__'],
	['a sid that is a method', 'EIO=4&transport=polling&sid=hasOwnProperty'],
	['a sid of 10 KB', `EIO=4&transport=polling&sid=${'x'.repeat(10_000)}`]
].map(([name = '', query = '']) => ({
	name: `polling with ${name}`,
	attack: handshake(query),
	expect: { status: 400 }
}));

const UPGRADES: Case[] = [
	['an unknown transport', { path: '/socket.io/?EIO=4&transport=carrierpigeon' }],
	['polling as its transport', { path: '/socket.io/?EIO=4&transport=polling' }],
	['protocol 3', { path: '/socket.io/?EIO=3&transport=websocket' }],
	['an unknown sid', { path: `${enginePath('websocket')}&sid=${SOMEBODY}` }],
	['a sid from the prototype', { path: `${enginePath('websocket')}&sid=__proto__` }]
].map(([name, options]) => ({
	name: `a WebSocket with ${name as string}`,
	attack: upgrade(options as WebSocketOptions),
	expect: { status: expect.toSatisfy((it: number) => it === 400 || it === 101) as number }
}));

const ORIGINS: Case[] = [
	'https://foreign.example',
	'null',
	'http://localhost.foreign.example',
	'http://localhost:5173.foreign.example',
	'http://localhost:5173@foreign.example',
	'http://[::1',
	'file://',
	'\u00e9'
].flatMap((origin) => {
	const headers = { Origin: origin };
	return [
		{
			name: `polling from ${origin}`,
			attack: handshake('EIO=4&transport=polling', headers),
			expect: { status: 403 }
		},
		{ name: `a WebSocket from ${origin}`, attack: upgrade({ headers }), expect: { status: 403 } }
	];
});

const BODIES: Case[] = [
	{ name: 'a body of 64 KB and one byte', body: 'x'.repeat(MAX_CLIENT_PAYLOAD_BYTES + 1), expect: status(0, 413) },
	{ name: 'a body of 1 MB', body: 'x'.repeat(1024 * 1024), expect: status(0, 413) },
	{ name: 'a body without a packet', body: '', expect: { status: 200, ...CLOSED } },
	{ name: 'a body of separators', body: SEPARATOR.repeat(60_000), expect: CLOSED },
	{ name: 'a body of packets that are unknown', body: `9${SEPARATOR}x${SEPARATOR}\0`, expect: CLOSED },
	{ name: 'a packet of bytes', body: `b${Buffer.from('hello').toString('base64')}`, expect: CLOSED },
	{ name: 'a packet of bytes that are no base64', body: 'b\u{1f600}!!!', expect: CLOSED },
	{ name: 'a close packet and then more', body: `1${SEPARATOR}42["eventFromClient","x"]`, expect: CLOSED },
	{ name: '20,000 packets at once', body: Array<string>(20_000).fill('6').join(SEPARATOR), expect: CLOSED }
].map(({ body, ...rest }) => ({ ...rest, name: `post: ${rest.name}`, attack: post(body) }));

attackEach('[LINE-2] [LINE-3] Engine.IO', [
	...HANDSHAKES,
	...UPGRADES,
	...ORIGINS,
	{
		name: 'a foreign origin on an open connection',
		attack: async (attacker) => {
			const polling = await attacker.polling();
			return await polling.request('GET', FOREIGN);
		},
		expect: { status: 403 }
	},
	{
		name: 'a foreign origin that posts to an open connection',
		attack: async (attacker) => {
			const polling = await attacker.polling();
			return await polling.request('POST', { ...FOREIGN, 'Content-Length': '1' }, '2');
		},
		expect: { status: 403 }
	},
	{
		name: 'a foreign origin that upgrades an open connection',
		attack: async (attacker) => {
			const { sid } = await attacker.polling();
			return await upgrade({ path: `${enginePath('websocket')}&sid=${sid}`, headers: FOREIGN })(attacker);
		},
		expect: { status: 403 }
	},
	{
		name: 'a handshake that posts',
		attack: handshake('EIO=4&transport=polling', { 'Content-Length': '0' }, 'POST'),
		expect: status(400, 405)
	},
	...['PUT', 'DELETE', 'PATCH'].map((method) => ({
		name: `${method} to an open connection`,
		attack: async (attacker: Parameters<Case['attack']>[0]) => (await attacker.polling()).request(method),
		expect: status(400, 405, 500)
	})),
	...BODIES,
	{
		name: 'post: a content type for bytes',
		attack: post('42["eventFromClient","x"]', { 'Content-Type': 'application/octet-stream' }),
		expect: { status: 400, ...CLOSED }
	},
	{
		name: 'post: a malformed content type',
		attack: post(eventPacket('', ['eventFromClient', 'x']), { 'Content-Type': ';;,' }),
		expect: { status: 200, ...OPEN }
	},
	{
		name: 'post: chunks of a body without an end',
		attack: async (attacker) => {
			const { path } = await attacker.polling();
			const line = await attacker.line();
			line.write(requestText(`POST ${path}`, { 'Transfer-Encoding': 'chunked' }));
			for (let count = 0; count < 80; count += 1) line.write(`400\r\n${'x'.repeat(1_024)}\r\n`);
			return await ask(line, '');
		},
		expect: status(0, 413),
		isHeavy: true
	},
	{
		name: 'a second poll beside the first',
		attack: async (attacker) => {
			const polling = await attacker.polling();
			return (await Promise.all([polling.poll(), polling.poll()])).some(({ status }) => status === 400);
		},
		expect: true
	},
	{
		name: 'a second post beside the first',
		attack: async (attacker) => {
			const { path } = await attacker.polling();
			const first = await attacker.line();
			first.write(requestText(`POST ${path}`, { 'Content-Length': '10' }, '42'));
			// The rest of the first body never comes.
			const second = await attacker.line();
			return await ask(second, requestText(`POST ${path}`, { 'Content-Length': '1' }, '2'));
		},
		expect: status(0, 200, 400)
	},
	{
		name: 'a poll that is broken off',
		attack: async (attacker) => {
			const polling = await attacker.polling();
			await polling.post(connectPacket());
			await polling.poll();
			const line = await attacker.line();
			line.write(requestText(`GET ${polling.path}`));
			line.reset();
			await line.closed();
			return 'gone';
		},
		expect: 'gone'
	},
	{ name: 'probe: garbage', attack: probe('2garbage'), expect: { status: 101 } },
	{ name: 'probe: a message', attack: probe('42["eventFromClient","x"]'), expect: { status: 101 } },
	{ name: 'probe: twice', attack: probe('2probe', '2probe', 'x'), expect: { status: 101 } },
	{
		name: 'two upgrades of one connection',
		attack: async (attacker) => {
			const { sid } = await attacker.polling();
			const options = { path: `${enginePath('websocket')}&sid=${sid}` };
			const first = await attacker.webSocket(options);
			first.send('2probe');
			await first.untilHeard('3probe');
			const second = await attacker.webSocket(options);
			await second.closed();
			first.send('5');
			first.send(connectPacket());
			await first.untilHeard('40{');
			return await attacker.fate(first);
		},
		expect: OPEN
	},
	{
		name: 'an upgrade of a connection that is a WebSocket already',
		attack: async (attacker) => {
			const socket = await attacker.webSocket();
			const opened = (await socket.untilHeard('0{')) ?? '';
			const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
			socket.send(connectPacket());
			await socket.untilHeard('40{');
			await attacker.webSocket({ path: `${enginePath('websocket')}&sid=${sid}` });
			return await attacker.fate(socket);
		},
		expect: OPEN
	},
	{
		name: 'polling on a connection that is a WebSocket',
		attack: async (attacker) => {
			const socket = await attacker.webSocket();
			const { sid } = JSON.parse(((await socket.untilHeard('0{')) ?? '').slice(1)) as { sid: string };
			return await handshake(`EIO=4&transport=polling&sid=${sid}`)(attacker);
		},
		expect: { status: 400 }
	},
	{ name: 'a ping, which is for the server to send', attack: send('2'), expect: CLOSED },
	{ name: 'an opening, which is for the server to send', attack: send('0{"sid":"x"}'), expect: OPEN },
	{ name: 'an unsolicited pong', attack: send('3'), expect: OPEN },
	{ name: 'a noop', attack: send('6'), expect: OPEN },
	{ name: 'an upgrade of a WebSocket', attack: send('5'), expect: OPEN },
	{ name: 'a packet without a type', attack: send(''), expect: CLOSED },
	{ name: 'a packet of an unknown type', attack: send('7'), expect: CLOSED },
	{ name: 'a packet of letters', attack: send('xyz'), expect: CLOSED },
	{ name: 'a message without a packet', attack: send('4'), expect: CLOSED },
	{ name: 'a close packet in place of a close frame', attack: send('1'), expect: OPEN },
	{ name: '50,000 pongs', attack: send(...Array<string>(50_000).fill('3')), expect: CLOSED, isHeavy: true },
	{ name: '50,000 noops', attack: send(...Array<string>(50_000).fill('6')), expect: CLOSED, isHeavy: true },
	{ name: '1,000 noops, as a busy client might', attack: send(...Array<string>(1_000).fill('6')), expect: OPEN }
]);
