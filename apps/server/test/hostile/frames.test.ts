import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { closeFrame, frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { attackEach, type Case } from './attack-each.ts';

const HELLO = eventPacket('', ['eventFromClient', 'hello']);

/** Writes bytes on a WebSocket that is in the echo. */
function write(...bytes: Uint8Array[]): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inEcho();
		socket.write(...bytes);
		return await attacker.fate(socket);
	};
}

/** The codes of RFC 6455, 7.4.1. */
const PROTOCOL_ERROR = { line: 'closed', code: 1002 };
const NOT_TEXT = { line: 'closed', code: 1007 };
const TOO_BIG = { line: 'closed', code: 1009 };
const CLOSED = { line: 'closed' };
const OPEN = { line: 'open' };

const half = HELLO.length / 2;
const start = (text = HELLO.slice(0, half)) => frame(text, { isFinal: false });
const rest = (text = HELLO.slice(half), isFinal = true) => frame(text, { opcode: OPCODE.continuation, isFinal });
const ping = (payload = '') => frame(payload, { opcode: OPCODE.ping });
const times = <Item>(count: number, item: Item) => Array<Item>(count).fill(item);

attackEach('[LINE-3] WebSocket', [
	{ name: 'a frame without a mask', attack: write(frame(HELLO, { isMasked: false })), expect: PROTOCOL_ERROR },
	...[1, 2, 4, 7].map((reserved) => ({
		name: `reserved bits ${reserved}`,
		attack: write(frame(HELLO, { reserved })),
		expect: PROTOCOL_ERROR
	})),
	...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
		name: `the reserved kind of frame ${opcode}`,
		attack: write(frame(HELLO, { opcode })),
		expect: PROTOCOL_ERROR
	})),
	{ name: 'a continuation without a beginning', attack: write(rest()), expect: PROTOCOL_ERROR },
	{ name: 'a message within a message', attack: write(start(), frame(HELLO)), expect: PROTOCOL_ERROR },
	{ name: 'a message in two parts with a ping between', attack: write(start(), ping(), rest()), expect: OPEN },
	{
		name: 'parts of a text that are longer than 64 KB together',
		attack: write(start('4'), ...times(70, rest('x'.repeat(1_024), false))),
		expect: TOO_BIG,
		isHeavy: true
	},
	{
		name: 'a part of no bytes, 100,000 times',
		attack: write(start('4'), ...times(100_000, rest('', false))),
		expect: CLOSED,
		isHeavy: true
	},
	{
		name: 'a part of one byte, 20,000 times',
		attack: write(start('4'), ...times(20_000, rest('x', false))),
		expect: CLOSED,
		isHeavy: true
	},
	{
		name: 'a text of 64 KB and one byte',
		attack: write(frame('4'.repeat(MAX_CLIENT_PAYLOAD_BYTES + 1))),
		expect: TOO_BIG
	},
	{ name: 'a text of 1 MB', attack: write(frame('4'.repeat(1024 * 1024))), expect: TOO_BIG, isHeavy: true },
	...[2n ** 16n + 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map((length) => ({
		name: `a frame that claims ${length} bytes`,
		attack: write(frame('x', { length, lengthBits: 64 as const })),
		expect: TOO_BIG
	})),
	{
		name: 'a short length in 64 bits',
		attack: write(frame(HELLO, { lengthBits: 64 })),
		expect: OPEN
	},
	{ name: 'a ping of 126 bytes', attack: write(ping('x'.repeat(126))), expect: PROTOCOL_ERROR },
	{
		name: 'a ping of 125 bytes',
		attack: write(ping('x'.repeat(125))),
		expect: OPEN
	},
	{
		name: 'a ping in two parts',
		attack: write(frame('x', { opcode: OPCODE.ping, isFinal: false })),
		expect: PROTOCOL_ERROR
	},
	{ name: 'an unsolicited pong', attack: write(frame('x', { opcode: OPCODE.pong })), expect: OPEN },
	{
		name: 'endless pings from a client that does not read',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			socket.line.pause();
			const megabyte = Buffer.concat(times(8_000, ping('x'.repeat(125))));
			for (let taken = 0; taken < 48 && !socket.line.isClosed; taken += 1) await socket.line.taken(megabyte);
			await socket.line.closed();
			return socket.line.isClosed;
		},
		expect: true,
		isHeavy: true
	},
	{
		name: '50,000 pongs',
		attack: write(...times(50_000, frame('x', { opcode: OPCODE.pong }))),
		expect: CLOSED,
		isHeavy: true
	},
	{ name: '50,000 pings', attack: write(...times(50_000, ping('x'.repeat(125)))), expect: CLOSED, isHeavy: true },
	...(
		[
			['an invalid byte', [0x34, 0xff]],
			['a surrogate', [0x34, 0xed, 0xa0, 0x80]],
			['an overlong slash', [0x34, 0xc0, 0xaf]],
			['a half letter', [0x34, 0xea, 0xb0]],
			['a letter beyond Unicode', [0x34, 0xf4, 0x90, 0x80, 0x80]]
		] as const
	).map(([name, bytes]) => ({ name: `UTF-8: ${name}`, attack: write(frame(Buffer.from(bytes))), expect: NOT_TEXT })),
	{ name: 'unannounced bytes', attack: write(frame(Buffer.alloc(10), { opcode: OPCODE.binary })), expect: CLOSED },
	{ name: 'no bytes at all', attack: write(frame('', { opcode: OPCODE.binary })), expect: CLOSED },
	...[0, 999, 1004, 1005, 1006, 1015, 1100, 2999, 5000, 65_535].map((code) => ({
		name: `a close frame with the code ${code}`,
		attack: write(closeFrame(code)),
		expect: PROTOCOL_ERROR
	})),
	{ name: 'a close frame of one byte', attack: write(closeFrame(Buffer.from([3]))), expect: PROTOCOL_ERROR },
	{ name: 'a close frame of 126 bytes', attack: write(closeFrame(1000, 'x'.repeat(124))), expect: PROTOCOL_ERROR },
	{
		name: 'a close reason that is no text',
		attack: write(closeFrame(Buffer.from([0x03, 0xe8, 0xff, 0xfe]))),
		expect: NOT_TEXT
	},
	{ name: 'texts after a close frame', attack: write(closeFrame(1000), frame(HELLO), frame(HELLO)), expect: CLOSED },
	{
		name: 'one byte at a time',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			for (const byte of frame(HELLO)) socket.write(Uint8Array.of(byte));
			return await attacker.fate(socket);
		},
		expect: OPEN
	}
]);
