import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { attackEach, type Case } from './hostile/attack-each.ts';
import { frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { ask, requestText } from '@digda/testkit/raw/http.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { enginePath, UPGRADE_HEADERS, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';

const CLOSED = { line: 'closed' };
const times = <Item>(count: number, item: Item) => Array<Item>(count).fill(item);

/** Sends a packet over a WebSocket that is in the echo, and attachments. */
function send(text: string, ...attachments: string[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inEcho();
		socket.send(text);
		socket.write(...attachments.map((data) => frame(data, { opcode: OPCODE.binary })));
		return await attacker.fate(socket);
	};
}

/** Sends a request on a connection of its own. */
function get(request: string): Case['attack'] {
	return async (attacker) => await ask(await attacker.line(), request);
}

/** The weaknesses of `ws`: https://github.com/websockets/ws/security/advisories */
const WS: Case[] = [
	{
		// https://github.com/advisories/GHSA-6fc8-4gx4-v693
		name: 'CVE-2021-32640: many blanks in Sec-WebSocket-Protocol take no time',
		attack: get(
			requestText(`GET ${enginePath('websocket')}`, {
				...UPGRADE_HEADERS,
				'Sec-WebSocket-Protocol': `a${' '.repeat(14_000)}b`
			})
		),
		expect: { status: 400 }
	},
	{
		// https://github.com/advisories/GHSA-3h5v-q93c-6h6q
		name: 'CVE-2024-37890: more headers than the server reads do not end the process',
		attack: async (attacker) => {
			const line = await attacker.line();
			const start = `GET ${enginePath('websocket')} HTTP/1.1\r\nHost: x\r\n`;
			const [, rest = ''] = UPGRADE_REQUEST.split('Host: localhost\r\n');
			line.write(start + 'a:b\r\n'.repeat(2_100) + rest);
			await line.closed();
			return line.heard.toString().startsWith('HTTP/1.1 101');
		},
		expect: false
	},
	{
		// https://github.com/advisories/GHSA-58qx-3vcg-4xpx
		name: 'CVE-2026-45736: a close frame holds a code and no memory of the server',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			socket.send('49');
			await socket.closed();
			return socket.closeReason?.length ?? 0;
		},
		expect: 0
	},
	{
		// https://github.com/advisories/GHSA-96hv-2xvq-fx4p
		name: 'CVE-2026-48779: a message in tiny parts ends its connection before it fills the memory',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			const part = frame('', { opcode: OPCODE.continuation, isFinal: false });
			socket.write(frame('4', { isFinal: false }), Buffer.concat(times(200_000, part)));
			return await attacker.fate(socket);
		},
		expect: { line: 'closed', code: 1008 },
		isHeavy: true
	},
	{
		// https://github.com/websockets/ws/issues/2331, the rest of CVE-2026-48779
		name: 'ws#2331: a message without an end is bounded, and freed with its connection',
		attack: async (attacker) => {
			const sockets = await Promise.all(times(10, 0).map(() => attacker.inEcho()));
			const part = frame('x', { opcode: OPCODE.continuation, isFinal: false });
			for (const socket of sockets) {
				socket.write(frame('4', { isFinal: false }), ...times(10_000, part));
				await socket.heardOut();
			}
			return sockets.length;
		},
		expect: 10,
		isHeavy: true
	}
];

/** The weaknesses of `engine.io`: https://github.com/socketio/socket.io/security/advisories */
const ENGINE_IO: Case[] = [
	{
		// https://github.com/advisories/GHSA-j4f2-536g-r55m
		name: 'CVE-2020-36048: a body without an end is cut off at the limit',
		attack: async (attacker) => {
			const { path } = await attacker.polling();
			const line = await attacker.line();
			line.write(requestText(`POST ${path}`, { 'Transfer-Encoding': 'chunked' }));
			for (const chunk of times(200, `1000\r\n${'x'.repeat(0x1000)}\r\n`)) line.write(chunk);
			return [0, 413].includes((await ask(line, '')).status);
		},
		expect: true,
		isHeavy: true
	},
	{
		// https://github.com/advisories/GHSA-273r-mgr4-v34f
		name: 'CVE-2022-21676: a wrong frame right after the handshake does not end the process',
		attack: async (attacker) => {
			const line = await attacker.line();
			line.write(Buffer.concat([Buffer.from(UPGRADE_REQUEST), frame('x', { reserved: 3 })]));
			line.end();
			await line.closed();
			return 'ended';
		},
		expect: 'ended'
	},
	{
		// https://github.com/advisories/GHSA-r7qp-cfhv-p84w
		name: 'CVE-2022-41940: a rejected upgrade that is broken off does not end the process',
		attack: async (attacker) => {
			for (const request of times(50, UPGRADE_REQUEST.replace('transport=websocket', 'transport=x'))) {
				const line = await attacker.line();
				line.write(request);
				line.reset();
				await line.closed();
			}
			return 'ended';
		},
		expect: 'ended'
	},
	...['', '&transport=webtransport', '&transport=__proto__', '&transport=polling'].map((transport) => ({
		// https://github.com/advisories/GHSA-q9mw-68c2-j6m5
		name: `CVE-2023-31125: an upgrade for the transport "${transport}" does not end the process`,
		attack: async (attacker: Parameters<Case['attack']>[0]) => {
			const socket = await attacker.webSocket({ path: `/socket.io/?EIO=4${transport}` });
			await socket.closed();
			return 'ended';
		},
		expect: 'ended'
	})),
	{
		// https://github.com/advisories/GHSA-r635-g3xr-vw7x
		name: 'CVE-2026-59725: the server answers each binary post, so that none keeps its connection',
		attack: async (attacker) => {
			const answers: number[] = [];
			for (let count = 0; count < 20; count += 1) {
				const polling = await attacker.polling();
				answers.push((await polling.post('x', { 'Content-Type': 'application/octet-stream' })).status);
			}
			return answers.every((status) => status === 400);
		},
		expect: true
	},
	{
		// https://github.com/advisories/GHSA-gr94-w7qr-f4j3
		name: 'GHSA-gr94-w7qr-f4j3: a sid from the prototype is unknown, and there is no WebTransport',
		attack: async (attacker) => {
			const answers: number[] = [];
			for (const query of ['webtransport', 'polling&sid=__proto__', 'polling&sid=constructor']) {
				const line = await attacker.line();
				answers.push((await ask(line, requestText(`GET /socket.io/?EIO=4&transport=${query}`))).status);
			}
			return answers.every((status) => status === 400);
		},
		expect: true
	}
];

/** The weaknesses of `socket.io-parser` and `socket.io`, at the same place. */
const SOCKET_IO: Case[] = [
	{
		// https://github.com/advisories/GHSA-xfhh-g9f5-x4m4
		name: 'CVE-2020-36049: a large packet is read in one go',
		attack: send(`45${'1'.repeat(65_000)}`),
		expect: CLOSED
	},
	...['splice', 'constructor', '__proto__'].map((num) => ({
		// https://github.com/advisories/GHSA-qm95-pgcg-qqfq
		name: `CVE-2022-2421: a placeholder that names ${num} ends its connection`,
		attack: send(`451-${JSON.stringify(['eventFromClient', { _placeholder: true, num }])}`, 'x'),
		expect: CLOSED
	})),
	{
		// https://github.com/advisories/GHSA-cqmj-92xf-r6r9
		name: 'CVE-2023-32695: an event whose name is an object ends its connection alone',
		attack: send('42[{"toString":"foo"}]'),
		expect: CLOSED
	},
	{
		// https://github.com/advisories/GHSA-677m-j7p3-52f9
		name: 'CVE-2026-33151: more attachments than a few end the connection',
		attack: send('451000000-["x",{"_placeholder":true,"num":0}]', ...times(100, 'x'.repeat(1_000))),
		expect: CLOSED,
		isHeavy: true
	},
	{
		// https://github.com/advisories/GHSA-2m8v-j782-fhvr
		name: 'CVE-2026-69185: zero attachments end the connection',
		attack: send('450-["x"]', ...times(100, 'x'.repeat(1_000))),
		expect: CLOSED,
		isHeavy: true
	},
	{
		// https://github.com/advisories/GHSA-25hc-qcg6-38wj
		name: 'CVE-2024-38355: an event named error ends no connection',
		attack: send(eventPacket('', ['error', 'x'])),
		expect: { line: 'open' }
	},
	{
		// https://github.com/advisories/GHSA-fxwf-4rqh-v8g3
		name: 'CVE-2020-28481: a foreign origin gets no header that lets its page read the answer',
		attack: async (attacker) => {
			const line = await attacker.line();
			const request = requestText(`GET ${enginePath('polling')}`, { Origin: 'https://foreign.example' });
			const { status, headers } = await ask(line, request);
			return [status, headers['access-control-allow-origin']];
		},
		expect: [403, undefined]
	},
	{
		name: 'CVE-2020-28481: a foreign origin gets no WebSocket',
		attack: async (attacker) => {
			const socket = await attacker.webSocket({ headers: { Origin: 'https://foreign.example' } });
			socket.send(connectPacket());
			await socket.closed();
			return socket.status;
		},
		expect: 403
	}
];

attackEach('[REQ-2] published weaknesses', [...WS, ...ENGINE_IO, ...SOCKET_IO]);

/** The first version of each package that has none of the weaknesses above. */
const FLOORS = { ws: '8.21.1', 'engine.io': '6.6.9', 'socket.io-parser': '4.2.7', 'socket.io': '4.6.2' };

const socketIo = dirname(createRequire(import.meta.url).resolve('socket.io'));
const engineIo = dirname(createRequire(join(socketIo, 'index.js')).resolve('engine.io'));

/** The version of a package that Socket.IO brings, as it is installed. */
function installedVersion(name: string): string {
	for (const from of [socketIo, engineIo]) {
		for (const place of createRequire(join(from, 'index.js')).resolve.paths(name) ?? []) {
			try {
				// Every package.json has a version.
				return (JSON.parse(readFileSync(join(place, name, 'package.json'), 'utf8')) as { version: string }).version;
			} catch {
				// The package is in one of the next directories.
			}
		}
	}
	throw new Error(`${name} is not installed`);
}

test.for(Object.entries(FLOORS))('%s is not older than %s', ([name, floor]) => {
	const version = installedVersion(name);
	expect([version, floor].toSorted(new Intl.Collator('en', { numeric: true }).compare)[0], version).toBe(floor);
});
