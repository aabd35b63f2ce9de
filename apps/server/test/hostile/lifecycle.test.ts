import { requestText } from '@digda/testkit/raw/http.ts';
import { chatPacket, connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import type { WebSocketOptions } from '@digda/testkit/raw/WebSocketLine.ts';
import { enginePath, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';
import type { Attacker } from './Attacker.ts';
import { attackEach, type Case } from './attack-each.ts';

const CLOSED = { line: 'closed' };
const OPEN = { line: 'open' };

/** Short enough for a test. */
const TIMINGS = {
	pingIntervalMs: 1_000,
	pingTimeoutMs: 3_000,
	upgradeTimeoutMs: 2_000,
	joinTimeoutMs: 2_000,
	headersTimeoutMs: 2_000,
	requestCheckIntervalMs: 500,
	keepAliveTimeoutMs: 1_000
};

/** Longer than these time-outs on a busy machine, and shorter than the defaults. */
const PATIENCE_MS = 9_000;

/** Runs a function many times, a few at once. */
async function storm(times: number, act: (round: number) => Promise<unknown>): Promise<number> {
	for (let round = 0; round < times; round += 20) {
		await Promise.all(Array.from({ length: Math.min(20, times - round) }, (_, index) => act(round + index)));
	}
	return times;
}

/** Sends packets on a WebSocket, then nothing more. @returns when the server has ended it */
function leaveSocketHanging(options: WebSocketOptions, ...packets: string[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.webSocket(options);
		socket.send(...packets);
		await socket.closed(PATIENCE_MS);
		return 'ended';
	};
}

/** Writes a text on a connection, then nothing more. @returns when the server has ended it */
function leaveHanging(text: string): Case['attack'] {
	return async (attacker) => {
		const line = await attacker.line();
		line.write(text);
		await line.closed(PATIENCE_MS);
		return 'ended';
	};
}

/** Resets many connections in the middle of a request. */
function breakOff(text: string): Case['attack'] {
	return (attacker) =>
		storm(100, async () => {
			const line = await attacker.line();
			line.write(text);
			line.reset();
			await line.closed();
		});
}

async function postAndVanish(attacker: Attacker): Promise<void> {
	const polling = await attacker.polling();
	const line = await attacker.line();
	line.write(requestText(`POST ${polling.path}`, { 'Content-Length': '1000' }, '40'));
	line.reset();
	await line.closed();
}

/** Joins and leaves the chat several times on one connection. */
async function comeAndGo(attacker: Attacker, times: number): Promise<unknown> {
	const socket = await attacker.inEcho();
	for (let round = 1; round <= times && !socket.isClosed; round += 1) {
		socket.send(chatPacket());
		const welcomes = () => socket.packets.filter((heard) => heard.includes('session:ready')).length;
		await socket.until('a welcome', () => welcomes() === round || socket.isClosed || undefined);
		socket.send('41/chat,');
		// A connect in the same tick would reach a socket that is not gone yet.
		await attacker.fate(socket);
	}
	return await attacker.fate(socket);
}

const CASES: Case[] = [
	{ name: 'silent connections that break', attack: breakOff(''), expect: 100 },
	{ name: 'handshakes over WebSocket that break', attack: breakOff(UPGRADE_REQUEST), expect: 100 },
	{ name: 'half handshakes that break', attack: breakOff(UPGRADE_REQUEST.slice(0, 60)), expect: 100 },
	{
		name: 'handshakes over polling that break',
		attack: breakOff(requestText(`GET ${enginePath('polling')}`)),
		expect: 100
	},
	{
		name: 'rejected handshakes that break',
		attack: breakOff(UPGRADE_REQUEST.replace('Host:', 'Origin: https://foreign.example\r\nHost:')),
		expect: 100
	},
	{
		name: 'handshakes at a wrong path that break',
		attack: breakOff(UPGRADE_REQUEST.replace('/socket.io/', '/nowhere/')),
		expect: 100
	},
	{
		name: 'posts that break in the middle',
		attack: (attacker) => storm(20, () => postAndVanish(attacker)),
		expect: 20
	},
	{
		name: 'a WebSocket whose client ends its sending side',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			socket.line.end();
			await socket.closed();
			return 'ended';
		},
		expect: 'ended'
	},
	{
		name: 'requests whose sender is gone before the answer',
		attack: (attacker) =>
			storm(100, async (round) => {
				const socket = await attacker.webSocket();
				socket.send(connectPacket(), chatPacket());
				await socket.untilHeard('42/chat,["session:ready"');
				socket.send(
					eventPacket('/chat', ['room:join', { room: 'den' }], round),
					eventPacket('/chat', ['room:list', {}], 7)
				);
				socket.line.reset();
				await socket.closed();
			}),
		expect: 100
	},
	{
		name: 'guests who are gone before session:ready',
		attack: (attacker) =>
			storm(200, async () => {
				const socket = await attacker.webSocket();
				socket.send(chatPacket());
				socket.line.reset();
				await socket.closed();
			}),
		expect: 200
	},
	{ name: 'joining and leaving the chat a few times', attack: (attacker) => comeAndGo(attacker, 5), expect: OPEN },
	{ name: 'joining and leaving the chat 50 times', attack: (attacker) => comeAndGo(attacker, 50), expect: CLOSED },
	{
		name: 'an upgrade that never ends',
		attack: async (attacker) => {
			const { sid } = await attacker.polling();
			const path = `${enginePath('websocket')}&sid=${sid}`;
			return await leaveSocketHanging({ path }, '2probe')(attacker);
		},
		isSlow: true,
		expect: 'ended'
	},
	{
		name: 'a request in the same write as the connect',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			socket.send(chatPacket(), eventPacket('/chat', ['room:list', {}], 1));
			return await attacker.fate(socket);
		},
		expect: CLOSED
	},
	{
		name: 'two connects to the chat before the first is answered',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			socket.send(chatPacket(), chatPacket());
			await socket.until(
				'session:ready',
				() => socket.packets.some((heard) => heard.includes('session:ready')) || socket.isClosed || undefined
			);
			return await attacker.fate(socket);
		},
		expect: OPEN
	},
	{
		name: 'connecting and disconnecting 300 times',
		attack: (attacker) =>
			storm(300, async () => {
				const socket = await attacker.inEcho();
				socket.close();
			}),
		expect: 300
	},
	{
		name: 'a header that never ends, one byte at a time',
		attack: async (attacker) => {
			const line = await attacker.line();
			line.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
			// The attack needs real time.
			const drip = setInterval(() => line.write('x'), 500);
			try {
				await line.closed(PATIENCE_MS);
			} finally {
				clearInterval(drip);
			}
			return 'ended';
		},
		isSlow: true,
		expect: 'ended'
	},
	{
		name: '200 headers that never end',
		attack: async (attacker) => {
			const hang = leaveHanging('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: x');
			return (await Promise.all(Array.from({ length: 200 }, () => hang(attacker)))).length;
		},
		isSlow: true,
		expect: 200
	},
	{
		name: 'a body that never comes',
		attack: leaveHanging(requestText(`POST /socket.io/?EIO=4&transport=polling`, { 'Content-Length': '10' })),
		isSlow: true,
		expect: 'ended'
	},
	{
		name: 'a body that never ends, posted to an open connection',
		attack: async (attacker) => {
			const { path } = await attacker.polling();
			return await leaveHanging(requestText(`POST ${path}`, { 'Content-Length': '10' }, '4'))(attacker);
		},
		isSlow: true,
		expect: 'ended'
	},
	{ name: 'a silent connection', attack: leaveHanging(''), isSlow: true, expect: 'ended' },
	{
		name: 'a connection that is silent after an answer',
		attack: leaveHanging(requestText('GET /')),
		isSlow: true,
		expect: 'ended'
	},
	{
		name: 'a WebSocket that joins no namespace',
		attack: leaveSocketHanging({}),
		isSlow: true,
		expect: 'ended'
	},
	{
		name: 'a WebSocket that joins an unknown namespace alone',
		attack: leaveSocketHanging({}, connectPacket('', {}).replace('40', '40/nowhere,')),
		isSlow: true,
		expect: 'ended'
	},
	{
		name: 'a WebSocket that answers no ping',
		attack: leaveSocketHanging({ answersPings: false }, connectPacket()),
		isSlow: true,
		expect: 'ended'
	}
];

attackEach('[REQ-2] life of a connection', CASES, TIMINGS);
