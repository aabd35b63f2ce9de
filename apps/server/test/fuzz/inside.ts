import { createRequire } from 'node:module';
import {
	AcceptInvitation,
	BlockPerson,
	cleanText,
	CloseRoom,
	CreateRoom,
	DisplayName,
	ENTRY_KINDS,
	Emoji,
	FindHistory,
	FindRooms,
	Invite,
	isBlank,
	JoinRoom,
	LeaveRoom,
	ListMembers,
	ListRooms,
	MarkRead,
	Ping,
	MessageText,
	PreviewInvitation,
	ReadHistory,
	ReadReactors,
	ReadVersions,
	RemoveMember,
	Rename,
	RenameRoom,
	RotateSession,
	Revoke,
	RoomId,
	RoomText,
	SetRoom,
	SetTyping,
	Target,
	type KindOfRequest,
	type RequestName
} from '@digda/protocol';
import fc from 'fast-check';
import { pino } from 'pino';
import * as v from 'valibot';
import { Boundary } from '../../src/Boundary.ts';
import { escapeControls } from '../../src/log.ts';
import { isOriginAllowed } from '../../src/origins.ts';
import { Metrics } from '../../src/metrics.ts';
import type { Conduct } from '../../src/socket/Conduct.ts';
import { handler, serveEvents } from '../../src/socket/events.ts';
import { oddPacket } from './generators/packets.ts';
import { question, requestPacket } from './generators/requests.ts';
import { anything, text } from './generators/values.ts';

/** The schemas of requests that add no entry. A request that the protocol gains is a type error here. */
const OTHERS: Record<Exclude<RequestName, keyof KindOfRequest> | 'typing:set', v.GenericSchema> = {
	'connection:ping': Ping,
	'person:block': BlockPerson,
	'room:list': ListRooms,
	'room:find': FindRooms,
	'room:join': JoinRoom,
	'room:leave': LeaveRoom,
	'room:set': SetRoom,
	'room:create': CreateRoom,
	'room:rename': RenameRoom,
	'room:close': CloseRoom,
	'room:members': ListMembers,
	'room:remove': RemoveMember,
	'room:invite': Invite,
	'room:revoke': Revoke,
	'room:preview': PreviewInvitation,
	'room:accept': AcceptInvitation,
	'session:rotate': RotateSession,
	'message:versions': ReadVersions,
	'message:reactors': ReadReactors,
	'history:read': ReadHistory,
	'history:find': FindHistory,
	'read:mark': MarkRead,
	'session:rename': Rename,
	'typing:set': SetTyping
};
const SCHEMAS: Record<string, v.GenericSchema> = {
	...OTHERS,
	...Object.fromEntries(Object.values(ENTRY_KINDS).map(({ request, payload }) => [request, payload]))
};
const FIELDS = [RoomId, RoomText, MessageText, DisplayName, Emoji, Target];

/** The used part of the parser of Socket.IO. */
interface Decoder {
	on: (event: 'decoded', listener: (packet: { type: unknown; data?: unknown }) => void) => void;
	add: (data: unknown) => void;
	destroy: () => void;
}
interface EnginePacket {
	type: string;
	data?: unknown;
}

const socketIo = createRequire(createRequire(import.meta.url).resolve('socket.io'));
const parser = socketIo('socket.io-parser') as { Decoder: new () => Decoder };
const engine = createRequire(socketIo.resolve('engine.io'))('engine.io-parser') as {
	decodePayload: (payload: string) => EnginePacket[];
};

function mustBe(holds: boolean, rule: string): void {
	if (!holds) throw new Error(`broken: ${rule}`);
}

function mustBeSame(one: unknown, other: unknown, rule: string): void {
	mustBe(JSON.stringify(one) === JSON.stringify(other), `${rule}: ${JSON.stringify(one)}, ${JSON.stringify(other)}`);
}

/** Checks that a schema never throws, and accepts its own output unchanged. */
function checkSchema(schema: v.GenericSchema, value: unknown): void {
	const first = v.safeParse(schema, value, { abortEarly: true });
	if (!first.success) return;
	const again = v.safeParse(schema, first.output);
	mustBe(again.success, 'a schema accepts its own output');
	mustBeSame(again.output, first.output, 'a schema does not change its own output');
}

function checkText(said: string): void {
	const clean = cleanText(said);
	mustBe(cleanText(clean) === clean, 'cleaning twice changes nothing');
	mustBe(clean.isWellFormed(), 'a clean text is well-formed');
	mustBe(!/[\p{Cc}--[\t\n]]/v.test(clean), 'a clean text has no controls');
	isBlank(said);
	mustBe(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(escapeControls(said)), 'a line of the log is one line');
}

/** Parses a body of Engine.IO into events of Socket.IO: Socket.IO catches every error, and each packet is complete. */
function checkParsers(body: string): void {
	const decoder = new parser.Decoder();
	decoder.on('decoded', ({ type, data }) => {
		mustBe(typeof type === 'number' && type >= 0 && type <= 6, 'a packet has a type');
		mustBe(type !== 2 || data === undefined || Array.isArray(data), 'an event has a list of arguments');
	});
	for (const { type, data } of engine.decodePayload(body)) {
		if (type !== 'message') continue;
		try {
			decoder.add(data);
		} catch (error) {
			mustBe(error instanceof Error && !(error instanceof RangeError), 'a parser rejects with an error of its own');
			break;
		}
	}
	decoder.destroy();
}

/** Checks that only a listed origin is allowed, or the server's own on an address. */
function checkOrigin(origin: string, host: string): void {
	const isAllowed = isOriginAllowed({ origin, host }, ['http://localhost:5173']);
	const isOwn =
		URL.parse(origin)?.host === URL.parse(`http://${host}`)?.host ||
		URL.parse(origin)?.host === URL.parse(`https://${host}`)?.host;
	mustBe(!isAllowed || origin === 'http://localhost:5173' || isOwn, `a foreign origin: ${origin} at ${host}`);
}

type Listener = (event: string, ...args: unknown[]) => void;

/** The used part of a socket. */
interface FakeSocket {
	conn: unknown;
	onAny: (listener: Listener) => void;
}

/** Emits an event to the handlers, as Socket.IO does. */
const sayToHandlers = (() => {
	const handlers = Object.entries(SCHEMAS).map(([name, schema]) => [name, handler(schema, (input) => ({ input }))]);
	let listener: Listener = () => undefined;
	const socket: FakeSocket = { conn: {}, onAny: (listen) => (listener = listen) };
	const log = pino({ level: 'silent' });
	serveEvents(Object.fromEntries(handlers) as Parameters<typeof serveEvents>[0], {
		admit: () => undefined,
		// Each event has a handler, so that no offence is counted.
		conduct: undefined as unknown as Conduct,
		...{ log, boundary: new Boundary(log) },
		metrics: new Metrics()
	})(socket as Parameters<ReturnType<typeof serveEvents>>[0]);
	return (name: string, args: unknown[]) => listener(name, ...args);
})();

/** Checks that a request is answered once, with success or `invalid`, whatever its arguments are. */
async function checkHandler(name: string, args: unknown[]): Promise<void> {
	const replies: unknown[] = [];
	await new Promise<void>((resolve) => {
		sayToHandlers(name, [
			...args,
			(answer: unknown) => {
				replies.push(answer);
				resolve();
			}
		]);
	});
	const [first] = replies as { ok: boolean; error?: { code: string } }[];
	mustBe(replies.length === 1 && (first?.ok === true || first?.error?.code === 'invalid'), 'a request is answered');
}

const host = fc.constantFrom('localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'example.com', 'x@y', '', ':', '%');
const origin = fc.oneof(
	host.map((name) => `http://${name}`),
	fc.constantFrom('null', 'http://localhost:5173', 'http://localhost:5173.x', 'file://', 'http://', 'http://[', '://'),
	fc.webUrl(),
	text
);
const body = fc.array(fc.oneof(oddPacket, requestPacket), { maxLength: 3 }).map((packets) => packets.join('\x1e'));

type Check = (seed: number, numRuns: number) => void | Promise<void>;

function property<Args extends [unknown, ...unknown[]]>(
	arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
	check: (...args: Args) => void
): Check {
	return (seed, numRuns) => fc.assert(fc.property(...arbitraries, check), { seed, numRuns });
}

/** Each check gets the same share of the cases. */
const CHECKS: Check[] = [
	property([question], ([name, payload]) => checkSchema(SCHEMAS[name] ?? ListRooms, payload)),
	property([fc.oneof(text, anything)], (value) => FIELDS.forEach((schema) => checkSchema(schema, value))),
	property([text], checkText),
	property([body], checkParsers),
	property([origin, host], checkOrigin),
	async (seed, numRuns) =>
		await fc.assert(
			fc.asyncProperty(question, fc.array(anything, { maxLength: 2 }), ([name, payload], more) =>
				checkHandler(name, [payload, ...more])
			),
			{ seed, numRuns }
		)
];

/** Checks this many cases, or a few more. @returns their number @throws with the shrunken case */
export async function checkInside(seed: number, cases: number): Promise<number> {
	const each = Math.ceil(cases / CHECKS.length);
	for (const check of CHECKS) await check(seed, each);
	return each * CHECKS.length;
}
