import { randomUUID } from 'node:crypto';
import type { Target } from '@digda/protocol';
import type { Ready } from '@digda/testkit/client/StockClient.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { requestText } from '@digda/testkit/raw/http.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import type { Attacker } from '../Attacker.ts';
import type { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';

/** A public room whose log has pages of the largest size. */
export const ARCHIVE = 'archive';

/** An attack of one address at the default limits, without an end. */
export interface Attack {
	/** Prepares the attack. @returns the step that is repeated from then on */
	begin: (attacker: Attacker) => Promise<() => unknown>;
	/** The time between two steps, in milliseconds. */
	everyMs: number;
}

/** Combining marks in descending class, the worst case of an insertion sort: 15.8 KB in 7,896 marks. */
const MARKS = '\u0345\u0301\u0323\u0327\u05b0\u0334';
const DESCENDING_MARKS = Array.from(MARKS)
	.map((mark) => mark.repeat(1_316))
	.join('');

/** The longest text that the echo takes, of characters that the log has to escape. */
const LINE_SEPARATORS = '\u2028'.repeat(4_000);

/** A text of the largest size in bytes. */
export const LONG_TEXT = '가'.repeat(4_000);

async function times<Result>(count: number, make: () => Promise<Result>): Promise<Result[]> {
	const made: Result[] = [];
	// One after another: the server rejects so many connections at once.
	for (let index = 0; index < count; index += 1) made.push(await make());
	return made;
}

/** Tries until the limits of new connections allow it. */
async function untilLetIn(connect: () => Promise<WebSocketLine>): Promise<WebSocketLine> {
	for (;;) {
		try {
			return await connect();
		} catch {
			await sleep(100);
		}
	}
}

/** Connections whose guests are in a room, and that read and discard everything. */
async function guestsIn(attacker: Attacker, count: number, room: string): Promise<WebSocketLine[]> {
	return await times(count, async () => {
		const guest = await attacker.inChat();
		guest.send(eventPacket('/chat', ['room:join', { room }], 0));
		await guest.untilHeard('43/chat,0[');
		guest.line.ignore();
		return guest;
	});
}

const ask = (...args: [name: string, payload: unknown]) => frame(eventPacket('/chat', args, 1));

function say(room: string, text: string): Buffer {
	return ask('message:send', { room, id: randomUUID(), text });
}

/** Each guest of a crowd repeats a request, by default as often as a session may. */
function guestsAsk(makeRequest: () => Buffer, { count = 20, room = 'attack', everyMs = 50, atOnce = 1 } = {}): Attack {
	return {
		everyMs,
		async begin(attacker) {
			const guests = await guestsIn(attacker, count, room);
			return () => {
				for (const guest of guests) guest.write(...Array.from({ length: atOnce }, makeRequest));
			};
		}
	};
}

/** Each guest of a crowd sends a message, and changes it or that of the first guest as often as a session may. */
function guestsChange(makeRequest: (own: Target, first: Target, count: number) => Buffer): Attack {
	return {
		everyMs: 200,
		async begin(attacker) {
			const guests = await times(20, () => speakIn(attacker, 'attack'));
			const [first] = guests;
			if (!first) throw new Error('the crowd is empty');
			let count = 0;
			return () => {
				count += 1;
				for (const { guest, target } of guests) guest.write(makeRequest(target, first.target, count));
			};
		}
	};
}

/** A guest who has sent a message to a room, and reads and discards everything. */
async function speakIn(attacker: Attacker, room: string): Promise<{ guest: WebSocketLine; target: Target }> {
	const guest = await attacker.inChat();
	const start = '42/chat,["session:ready",';
	const ready = (await guest.untilHeard(start)) ?? '';
	// The payload of session:ready.
	const { user } = JSON.parse(ready.slice(start.length, -1)) as Ready;
	const id = randomUUID();
	guest.send(
		eventPacket('/chat', ['room:join', { room }], 0),
		eventPacket('/chat', ['message:send', { room, id, text: '안녕' }], 2)
	);
	await guest.untilHeard('43/chat,2[');
	guest.line.ignore();
	return { guest, target: { author: user.id, id } };
}

/** The most bytes that may wait for a server that does not read. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Opens a connection, or returns undefined while the server rejects it. */
type Connect = () => Promise<Line | undefined>;

/** Connections that repeat the same bytes. A closed one is opened again, as often as the server lets it. */
function write(bytes: string | Uint8Array, { count, everyMs }: { count: number; everyMs: number }, connect: Connect) {
	const lines: (Line | undefined)[] = [];
	const isOpening = new Set<number>();

	async function open(index: number): Promise<void> {
		isOpening.add(index);
		lines[index] = await connect().catch(() => undefined);
		lines[index]?.ignore();
		isOpening.delete(index);
	}

	function strike(): void {
		for (let index = 0; index < count; index += 1) {
			const line = lines[index];
			if (line && !line.isClosed) {
				if (line.waiting < MAX_WAITING_BYTES) line.write(bytes);
			} else if (!isOpening.has(index)) void open(index);
		}
	}

	return { everyMs, strike, open };
}

/** TCP connections that write requests. */
function connectionsWrite(requests: string, { count = 50, everyMs = 10 } = {}): Attack {
	return {
		everyMs,
		begin: (attacker) => {
			const { strike } = write(requests, { count, everyMs }, () => attacker.line());
			return Promise.resolve(strike);
		}
	};
}

/** WebSockets in the echo that write frames. */
function webSocketsWrite(frames: Uint8Array, { count, everyMs }: { count: number; everyMs: number }): Attack {
	return {
		everyMs,
		async begin(attacker) {
			const connect = async () => (await attacker.inEcho()).line;
			const { strike, open } = write(frames, { count, everyMs }, connect);
			// As many as the server admits at once.
			for (let index = 0; index < Math.min(count, 150); index += 1) await open(index);
			return strike;
		}
	};
}

const repeat = (bytes: Uint8Array, count: number) => Buffer.concat(Array.from({ length: count }, () => bytes));

function pipelined(path: string, count: number, headers: Record<string, string> = {}): string {
	return requestText(`GET ${path}`, headers).repeat(count);
}

/** A large file of the page, whatever its name is in this build. */
async function largestScript(attacker: Attacker): Promise<string> {
	const page = `http://127.0.0.1:${attacker.port}`;
	const html = await (await fetch(`${page}/`)).text();
	const paths = [...html.matchAll(/"\.?(\/_app\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
	const sizes = await Promise.all(
		paths.map(async (path) => ({ path, size: (await (await fetch(`${page}${path}`)).bytes()).length }))
	);
	return sizes.toSorted((one, other) => other.size - one.size)[0]?.path ?? '/';
}

export const ATTACKS: Record<string, Attack> = {
	'combining marks in descending class': guestsAsk(() => say('attack', DESCENDING_MARKS), { everyMs: 200 }),

	'names of combining marks': guestsAsk(() => ask('session:rename', { name: DESCENDING_MARKS.slice(0, 120) })),

	'texts of line separators for the echo': webSocketsWrite(
		repeat(frame(eventPacket('', ['eventFromClient', LINE_SEPARATORS])), 10),
		{ count: 20, everyMs: 50 }
	),

	'pages of the largest size': guestsAsk(() => ask('history:read', { room: ARCHIVE, after: 0, limit: 200 }), {
		room: ARCHIVE
	}),

	'joins of a room with pages of the largest size': guestsAsk(() => ask('room:join', { room: ARCHIVE }), {
		room: ARCHIVE
	}),

	'pages of the largest size, asked for without regard to limits': guestsAsk(
		() => ask('history:read', { room: ARCHIVE, after: 0, limit: 200 }),
		{ room: ARCHIVE, atOnce: 20 }
	),

	'lists of rooms': guestsAsk(() => ask('room:list', {})),

	'texts of the largest size': guestsAsk(() => say('attack', LONG_TEXT), { everyMs: 200 }),

	'texts of the largest size to 300 own connections': {
		everyMs: 200,
		async begin(attacker) {
			const guests = await guestsIn(attacker, 20, 'attack');
			const [first] = guests;
			if (!first) throw new Error('the crowd is empty');
			// Fewer sessions than connections, as new guests have a rate.
			for (let index = 0; index < 280; index += 1) {
				const token = attacker.tokens[index % attacker.tokens.length];
				const listener = await untilLetIn(() => attacker.inChat({ token }));
				listener.line.ignore();
			}
			return () => {
				for (const guest of guests) guest.write(say('attack', LONG_TEXT));
			};
		}
	},

	'messages without regard to limits': guestsAsk(() => say('attack', '안녕'), { atOnce: 20 }),

	'edits of the largest size': guestsChange((target, _, count) =>
		ask('message:edit', { room: 'attack', id: randomUUID(), target, text: LONG_TEXT.slice(count % 2) })
	),

	'reactions of all to one message, set and unset': guestsChange((_, target, count) =>
		ask('message:react', { room: 'attack', id: randomUUID(), target, emoji: '👍', isSet: count % 2 === 1 })
	),

	'joining and leaving': guestsAsk(() =>
		Buffer.concat([ask('room:leave', { room: 'attack' }), ask('room:join', { room: 'attack' })])
	),

	'long lists where the echo expects a text': webSocketsWrite(
		frame(eventPacket('', ['eventFromClient', Array.from({ length: 30_000 }, () => 1)])),
		{ count: 50, everyMs: 20 }
	),

	'no operations of Engine.IO': webSocketsWrite(repeat(frame('6'), 20), { count: 400, everyMs: 50 }),

	'pings of WebSocket': webSocketsWrite(repeat(frame('', { opcode: OPCODE.ping }), 2), { count: 400, everyMs: 50 }),

	'requests for readiness': connectionsWrite(pipelined('/readyz', 20)),

	'requests for metrics': connectionsWrite(pipelined('/metrics', 5)),

	'pages that do not exist': connectionsWrite(pipelined('/nobody-is-here', 20)),

	'ranges of the page': connectionsWrite(pipelined('/', 20, { Range: 'bytes=5-2,0-18446744073709551615' })),

	'the largest script': {
		everyMs: 10,
		async begin(attacker) {
			return await connectionsWrite(pipelined(await largestScript(attacker), 10)).begin(attacker);
		}
	},

	'connections that are broken off': {
		everyMs: 10,
		begin: (attacker) =>
			Promise.resolve(() => {
				void attacker.inEcho().then(
					(socket) => socket.line.reset(),
					() => undefined
				);
			})
	},

	'bodies for connections over polling': {
		everyMs: 20,
		async begin(attacker) {
			const connections = await times(50, () => attacker.polling());
			const body = Array.from({ length: 500 }, () => '6').join(SEPARATOR);
			const lines = await times(50, () => attacker.line());
			for (const line of lines) line.ignore();
			const headers = { 'Content-Length': String(body.length), 'Content-Type': 'text/plain' };
			return () => {
				for (const [index, { path }] of connections.entries()) {
					const line = lines[index];
					if (line && line.waiting < 1024 * 1024) line.write(requestText(`POST ${path}`, headers, body));
				}
			};
		}
	}
};

/** Repeats the step of an attack until the process ends. */
export async function keepAttacking(attack: Attack, attacker: Attacker, onBegun: () => void): Promise<never> {
	const strike = await attack.begin(attacker);
	onBegun();
	for (;;) {
		strike();
		await sleep(attack.everyMs);
	}
}
