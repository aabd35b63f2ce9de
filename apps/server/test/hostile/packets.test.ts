import { frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { chatPacket, connectPacket, eventPacket, packet } from '@digda/testkit/raw/packets.ts';
import { attackEach, type Case } from './attack-each.ts';

const DEEP = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const CLOSED = { line: 'closed' };
const OPEN = { line: 'open' };

/** Sends packets over a WebSocket that is in the echo and in the chat. */
function send(...texts: string[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inChat();
		socket.send(...texts);
		return await attacker.fate(socket);
	};
}

/** Sends a packet that announces attachments, and then the attachments. */
function attach(text: string, ...attachments: (string | Uint8Array)[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inChat();
		socket.send(text);
		socket.write(...attachments.map((data) => frame(data, { opcode: OPCODE.binary })));
		return await attacker.fate(socket);
	};
}

/** Begins with the given packets in place of the one that joins. */
function begin(...texts: string[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.webSocket();
		socket.send(...texts);
		return await attacker.fate(socket);
	};
}

const repeat = (times: number, text: string) => Array<string>(times).fill(text);
const placeholder = (num: unknown) => ({ _placeholder: true, num });

/** Malformed packets, which end the connection at once. */
const NO_PACKETS: Case[] = [
	['an unknown type', '49'],
	['a type below zero', '4-1'],
	['a type in letters', '4x{]'],
	['half of JSON', '42["eventFromClient","x'],
	['JSON with a comma too much', '42["eventFromClient",]'],
	['an event that is an object', '42{"eventFromClient":"x"}'],
	['an event that is a text', '42"eventFromClient"'],
	['an event that is null', '42null'],
	['an event without a name', '42[]'],
	['an event whose name is an object', '42[{"toString":"x"},"y"]'],
	['an event whose name is a list', '42[["eventFromClient"],"x"]'],
	['an event whose name is null', '42[null]'],
	['an event whose name is true', '42[true]'],
	['an acknowledgement that is a text', '431"x"'],
	...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'].map((name) => [
		`the name ${name}, which belongs to Socket.IO`,
		eventPacket('', [name, 'x'])
	]),
	['a rejection, which is for the server to send', packet('connectError', '{"message":"x"}')],
	['a second connect', connectPacket()],
	['a second connect to the chat', chatPacket()],
	['a connect with a list', '40["x"]'],
	['a disconnect with words', '41{"x":1}'],
	['an event in a namespace that was not joined', eventPacket('', ['x']).replace('42', '42/nowhere,')],
	['an acknowledgement in a namespace that was not joined', '43/nowhere,1[]'],
	['attachments without a number', '45-["x"]'],
	['attachments below zero', '45-1-["x"]'],
	['no attachments', '450-["x"]'],
	['half an attachment', '451.5-["x"]'],
	['11 attachments', '4511-["x"]'],
	['a million attachments', '451000000-["x"]'],
	['attachments beyond all numbers', `45${'9'.repeat(400)}-["x"]`],
	['attachments without an end', '45111111'],
	['attachments that are hexadecimal', '450x1-["x"]'],
	['a text in place of an attachment', '451-["x",{"_placeholder":true,"num":0}]']
].map(([name = '', text = '']) => ({ name: `no packet: ${name}`, attack: send(text), expect: CLOSED }));

/** Packets that are no request, which the server forgives a few times. */
const OFFENCES: Case[] = [
	['an unknown event', eventPacket('', ['eventFromNobody', 'x'])],
	['an event without data', '42'],
	['a connect with a number', '40/nowhere,7'],
	['an unknown event of the chat', eventPacket('/chat', ['room:destroy', { room: 'lobby' }], 1)],
	['an event of the server', eventPacket('/chat', ['entry:new', { room: 'lobby', entries: [] }])],
	['an event whose name is a number', '42[7,"x"]'],
	['an event without letters', eventPacket('', [''])],
	['an event with a name of 10 KB', eventPacket('', ['x'.repeat(10_000)])],
	['an event of the prototype', eventPacket('', ['__proto__', 'x'])],
	['an event that is a method', eventPacket('', ['emit', 'eventFromServer', 'x'])],
	['an event that every object has', eventPacket('', ['hasOwnProperty', 'x'])],
	['an event named error', eventPacket('', ['error', 'x'])],
	['an unknown event, nested 10,000 deep', `42["x",${DEEP}]`],
	['an unknown event with an acknowledgement', eventPacket('', ['x'], 1)],
	['an acknowledgement for nothing', packet('ack', '7["x"]')],
	['an acknowledgement without a number', packet('ack', '["x"]')],
	['an acknowledgement with a number of 300 digits', packet('ack', `${'9'.repeat(300)}["x"]`)],
	['an acknowledgement of the chat for nothing', '43/chat,0[]'],
	['an unknown namespace', packet('connect', '/nowhere,')],
	['a namespace of the prototype', packet('connect', '/__proto__,')],
	['a namespace with a name of 10 KB', packet('connect', `/${'x'.repeat(10_000)},`)],
	['a namespace of the parent path', packet('connect', '/../chat,')]
].map(([name = '', text = '']) => ({ name: `offence: ${name}`, attack: send(text), expect: OPEN }));

/** Odd requests. */
const REQUESTS: Case[] = [
	['an echo without a text', eventPacket('', ['eventFromClient'])],
	['null for the echo', eventPacket('', ['eventFromClient', null])],
	['a number for the echo', eventPacket('', ['eventFromClient', 42])],
	['a hostile toString', eventPacket('', ['eventFromClient', { toString: 'x', valueOf: 1 }])],
	['the prototype', '42["eventFromClient",{"__proto__":{"length":1}}]'],
	['a list nested 10,000 deep', `42["eventFromClient",${DEEP}]`],
	['a request nested 10,000 deep', `42/chat,1["message:send",${DEEP}]`],
	['a text that is too long', eventPacket('', ['eventFromClient', '가'.repeat(4_001)])],
	['a number of 300 digits for the acknowledgement', `42${'9'.repeat(300)}["eventFromClient","x"]`],
	['a number with a leading zero for the acknowledgement', '42007["eventFromClient","x"]'],
	['10,000 arguments', eventPacket('', ['eventFromClient', ...repeat(10_000, 'x')])],
	['a colour for the terminal', eventPacket('', ['eventFromClient', '\u001b[31m\u001b]0;x\u0007\r\n{"level":60}'])],
	['half a letter', '42["eventFromClient","\\ud800"]'],
	['a number beyond all numbers', '42/chat,1["history:read",{"room":"lobby","before":1e999}]']
].map(([name = '', text = '']) => ({ name: `request: ${name}`, attack: send(text), expect: OPEN }));

attackEach('[ECHO-5] [REQ-6] Socket.IO', [
	...NO_PACKETS,
	...OFFENCES,
	...REQUESTS,
	{ name: 'three offences', attack: send(...repeat(3, eventPacket('', ['x']))), expect: OPEN },
	{ name: 'ten unknown events', attack: send(...repeat(10, eventPacket('', ['x']))), expect: CLOSED },
	{ name: 'ten unknown events of the chat', attack: send(...repeat(10, eventPacket('/chat', ['x']))), expect: CLOSED },
	{ name: 'ten acknowledgements for nothing', attack: send(...repeat(10, '431[]')), expect: CLOSED },
	{
		name: 'ten unknown namespaces',
		attack: send(...Array.from({ length: 10 }, (_, index) => packet('connect', `/${index},`))),
		expect: CLOSED
	},
	{
		name: 'a thousand unknown namespaces',
		attack: send(...Array.from({ length: 1_000 }, (_, index) => packet('connect', `/${index},`))),
		expect: CLOSED,
		isHeavy: true
	},
	{
		name: 'ten offences of different kinds',
		attack: send(
			'42["a"]',
			'431[]',
			'40/a,',
			'42/chat,["b"]',
			'43/chat,2[]',
			'40/b,',
			'42["c"]',
			'433[]',
			'42[7]',
			'42[""]'
		),
		expect: CLOSED
	},
	{
		name: 'a text with an attachment',
		attack: attach(`451-${JSON.stringify(['eventFromClient', placeholder(0)])}`, 'hello'),
		expect: OPEN
	},
	{
		name: 'an attachment whose number is 0.5',
		attack: attach(`451-${JSON.stringify(['eventFromClient', placeholder(0.5)])}`, 'hello'),
		expect: OPEN
	},
	...[-1, 1, 2 ** 53, null, '0', '__proto__', 'length', {}].map((num) => ({
		name: `an attachment whose number is ${JSON.stringify(num)}`,
		attack: attach(`451-${JSON.stringify(['eventFromClient', placeholder(num)])}`, 'hello'),
		expect: CLOSED
	})),
	{
		name: 'an acknowledgement with an attachment',
		attack: attach(`461-7${JSON.stringify([placeholder(0)])}`, 'hello'),
		expect: OPEN
	},
	{ name: 'ten texts with attachments', attack: attachTimes(10), expect: CLOSED },
	{
		name: 'an attachment that was not announced',
		attack: attach(eventPacket('', ['eventFromClient', 'x']), 'hello'),
		expect: CLOSED
	},
	{
		name: 'an attachment too much',
		attack: attach(`451-${JSON.stringify(['eventFromClient', placeholder(0)])}`, 'a', 'b'),
		expect: CLOSED
	},
	{
		name: 'attachments that are announced and never come',
		attack: async (attacker) => {
			const sockets = await Promise.all(Array.from({ length: 20 }, () => attacker.inEcho()));
			for (const socket of sockets) {
				socket.send(`4510-${JSON.stringify(['eventFromClient', placeholder(0)])}`);
				socket.write(...Array.from({ length: 9 }, () => frame(Buffer.alloc(60_000), { opcode: OPCODE.binary })));
				socket.write(frame('still here', { opcode: OPCODE.ping }));
			}
			const answers = sockets.map((socket) =>
				socket.until('a pong or the end', () => socket.pongs.length > 0 || socket.isClosed || undefined)
			);
			await Promise.all(answers);
			return sockets.length;
		},
		expect: 20,
		isHeavy: true
	},
	{ name: 'an event before any connect', attack: begin(eventPacket('', ['eventFromClient', 'x'])), expect: CLOSED },
	{ name: 'an acknowledgement before any connect', attack: begin('431[]'), expect: CLOSED },
	{ name: 'a disconnect before any connect', attack: begin('41'), expect: CLOSED },
	{ name: 'an event of the chat before its connect', attack: begin('40', '42/chat,1["room:list",{}]'), expect: CLOSED },
	{
		name: 'a disconnect and then an event',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			socket.send('41');
			await socket.heardOut();
			return await attacker.fate(socket);
		},
		expect: CLOSED
	},
	{
		name: 'leaving the chat and asking it',
		attack: send('41/chat,', eventPacket('/chat', ['room:list', {}], 1)),
		expect: OPEN
	},
	{
		name: 'a payload that names prototypes',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			socket.send('42/chat,1["room:join",{"__proto__":{"room":"lobby"},"constructor":{"prototype":{"polluted":1}}}]');
			const reply = await socket.untilHeard('43/chat,1');
			return reply?.includes('"code":"invalid"');
		},
		expect: true
	}
]);

/** Sends a text with an attachment several times. */
function attachTimes(times: number): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inEcho();
		for (let count = 0; count < times; count += 1) {
			socket.send(`451-${JSON.stringify(['eventFromClient', placeholder(0)])}`);
			socket.write(frame('hello', { opcode: OPCODE.binary }));
		}
		return await attacker.fate(socket);
	};
}
