import { randomUUID } from 'node:crypto';

/** A part of every forged text. */
export const FORGED = 'forged';

/** A message that an attacker with access to Redis might publish. */
export interface Forgery {
	channel: string;
	payload: string | Buffer;
}

const HUGE = Number.MAX_SAFE_INTEGER;

/** All types of messages between adapters, and some invalid ones. */
const ADAPTER_TYPES = [...Array.from({ length: 15 }, (_, type) => type), -1, 'x', null];

function forgedMessage(seq: number) {
	const author = { id: FORGED, name: FORGED };
	return { kind: 'message', seq, id: randomUUID(), author, sentAt: Date.now(), said: seq, text: FORGED };
}

/** Invalid and false hints. @param prefix of the channels of the nodes */
export function forgeHints(room: string, prefix: string): Forgery[] {
	const entries = [forgedMessage(1)];
	const own: unknown[] = [
		...[null, 0, '', [], {}, [room, 5], { room }, { head: 5 }],
		...[-1, 0, 1.5, 1e308, '5', null, HUGE, 1_000_000].map((head) => ({ room, head })),
		...[
			{ room: 5, head: 5 },
			{ room: 'no-such-room', head: 5 },
			{ room, head: 5, entries }
		],
		...[
			{ room, head: HUGE, entries },
			{ room, entries },
			{ room, head: 5, text: FORGED }
		]
	];
	const channel = `${prefix}room:${room}`;
	const texts = ['', '{', 'not json', '\0', '{"room":"lobby","head":1e999}', `"${'x'.repeat(100_000)}"`];
	const bytes = [[], [0xff, 0xfe], [0xc1], [0xc0], [0x00]].map((each) => Buffer.from(each));
	return [
		...[...own.map((payload) => JSON.stringify(payload)), ...texts, ...bytes].map((payload) => ({ channel, payload })),
		{ channel: `${prefix}room:no-such-room`, payload: JSON.stringify({ room: 'no-such-room', head: 5 }) },
		{ channel: `${prefix}room:`, payload: JSON.stringify({ room: '', head: 5 }) }
	];
}

/** Messages of adapters: broadcasts to clients, commands to sockets, and invalid facts. */
export function forgeAdapterMessages(room: string, channels: readonly string[]): Forgery[] {
	const event = ['entry:new', { room, entries: [forgedMessage(1), forgedMessage(HUGE)] }];
	const opts = { rooms: [], except: [], flags: {} };
	const data: unknown[] = [
		undefined,
		null,
		'x',
		[],
		{},
		{ packet: { type: 2, data: event, nsp: '/chat' }, opts },
		{ packet: { type: 2, data: event, nsp: '/chat' }, opts: { ...opts, rooms: [`room:${room}`] } },
		{ packet: { type: 2, data: event, nsp: '/chat' }, opts, requestId: 'x' },
		{ packet: event, opts, rooms: [`room:${room}`], close: true },
		{ packet: event, requestId: 'x', sockets: null, clientCount: 1 },
		{ rooms: ['room:elsewhere', `room:${room}`], opts, close: true }
	];
	const envelopes = ADAPTER_TYPES.flatMap((type) =>
		data.flatMap((each) => ['/chat', '/'].map((nsp) => ({ uid: 'forger', nsp, type, data: each })))
	);
	const payloads = [
		...[...envelopes, ...forgeFacts(room), {}, { uid: 'forger' }].map((payload) => JSON.stringify(payload)),
		...['{', '{}', 'x', ''],
		...[[0xc0], [0xc1], [0x80], [0x93, 1, 2], [0xff], [0xdc, 0xff, 0xff]].map((each) => Buffer.from(each))
	];
	return channels.flatMap((channel) => payloads.map((payload) => ({ channel, payload })));
}

/** Facts with a wrong shape, or of unknown nodes. */
function forgeFacts(room: string): object[] {
	const node = randomUUID();
	const news = { room, entries: [forgedMessage(1)] };
	const packets: unknown[] = [
		'node:alive',
		['connection', {}],
		['entry:new', news],
		['__proto__', {}],
		['node:alive'],
		['node:alive', null],
		['node:alive', { node, number: 1e21 }],
		['node:alive', { node, number: -1 }],
		['node:alive', { node: node.repeat(100), number: 1 }],
		['node:alive', { node, number: 1, more: news }],
		[['node:alive'], { node, number: HUGE }],
		['node:gone', { node }],
		['presence:ask', { node }],
		['presence:change', { node, number: 2, joined: FORGED, left: [] }],
		['presence:change', { node, number: 2, joined: [{ room, user: news }], left: [] }],
		['presence:whole', { node, number: 1, present: [null] }],
		['typing:change', { room, user: FORGED, isTyping: true }],
		['user:rename', { userId: 5, rooms: [room] }],
		['user:rename', { userId: 'nobody', rooms: [room] }],
		['user:rename', { userId: 'nobody', rooms: [room], user: { id: 'nobody', name: FORGED } }],
		['user:change', { userId: 'nobody' }],
		['user:change', { userId: 'nobody', read: 5 }]
	];
	return packets.flatMap((packet) => [
		{ uid: 'forger', nsp: '/chat', type: 9, data: { packet } },
		{ uid: 'forger', nsp: '/chat', type: 9, data: { packet, requestId: 'x' } }
	]);
}
