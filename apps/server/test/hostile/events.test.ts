import {
	MAX_DISPLAY_NAME_GRAPHEMES,
	MAX_INVITATION_MS,
	MAX_INVITATION_USES,
	MAX_PACKET_MESSAGES,
	MAX_ROOM_NAME_CODE_POINTS,
	MAX_ROOM_TITLE_CODE_POINTS,
	MAX_TEXT_CODE_POINTS,
	type EntryKind,
	type Reply,
	type RequestName
} from '@digda/protocol';
import { CHANGE_KINDS, KINDS, requestOf, samplePayload, WRONG_IDS, WRONG_VALUES } from '@digda/testkit/entries.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import type { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { attackEach, type Case } from './attack-each.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const TARGET = { author: 'somebody', id: ID };
const PRIVATE = `~${'A'.repeat(22)}`;

/** The code of a rejection, or `ok`. */
async function ask(socket: WebSocketLine, name: string, payload: unknown, number = 1): Promise<string | undefined> {
	socket.send(eventPacket('/chat', [name, payload], number));
	const start = `43/chat,${number}`;
	const heard = await socket.untilHeard(`${start}[`);
	if (heard === undefined) return undefined;
	const [reply] = JSON.parse(heard.slice(start.length)) as [Reply<unknown>];
	return reply.ok ? 'ok' : reply.error.code;
}

/** Sends a request as a guest who is in no room. */
function asGuest(name: RequestName, payload: unknown): Case['attack'] {
	return async (attacker) => await ask(await attacker.inChat(), name, payload);
}

/** Sends a request as a member of the den. @returns its code, if the connection is still served */
function asMember(name: string, payload: unknown): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inChat();
		await ask(socket, 'room:join', { room: 'den' }, 0);
		return await ask(socket, name, payload);
	};
}

/** Payloads that no schema of a request takes, whatever its fields are. */
const NO_PAYLOADS: Case[] = (
	[
		['room:join', null],
		['room:join', 7],
		['room:leave', 'den'],
		['room:leave', [{ room: 'den' }]],
		...KINDS.flatMap((kind) => [[requestOf(kind), []] as const, [requestOf(kind), true] as const]),
		['history:read', {}],
		['read:mark', ['den', 1]],
		['session:rename', '이름'],
		['room:list', null],
		['room:list', 'all']
	] as const
).map(([name, payload]) => ({
	name: `${name} of ${JSON.stringify(payload)}`,
	attack: asMember(name, payload),
	expect: 'invalid'
}));

/** Requests with one field that is wrong. */
const WRONG_FIELDS: Case[] = (
	[
		['room:join', { room: '' }],
		['room:join', { room: 7 }],
		['room:join', { room: null }],
		['room:join', { room: ['den'] }],
		['room:join', { room: { toString: 'den' } }],
		['room:join', { room: 'two/words' }],
		['room:join', { room: '\u3000 \t' }],
		['room:join', { room: '../den' }],
		['room:join', { room: 'room:den' }],
		['room:join', { room: 'den\0' }],
		['room:join', { room: 'den\n' }],
		['room:join', { room: '<b>' }],
		['room:join', { room: "den'; DROP TABLE rooms; --" }],
		['room:join', { room: '\ud800' }],
		['room:join', { room: 'a'.repeat(MAX_ROOM_NAME_CODE_POINTS + 1) }],
		['room:join', { room: 'a'.repeat(60_000) }],
		['room:join', { room: '~short' }],
		['room:join', { room: `~d${'A'.repeat(43)}` }],
		['room:join', { room: `~d${'_'.repeat(43)}` }],
		['room:join', { room: `${PRIVATE}x` }],
		['room:join', { room: 'den', after: -1 }],
		['room:join', { room: 'den', after: 1.5 }],
		['room:join', { room: 'den', after: '1' }],
		['room:join', { room: 'den', after: 2 ** 53 }],
		['room:join', { room: 'den', after: 1e300 }],
		['room:join', { room: 'den', after: null }],
		['room:join', { room: 'den', after: 0, afterId: 'x' }],
		['room:join', { room: 'den', after: 0, from: -1 }],
		['room:join', { room: 'den', after: 0, from: '0' }],
		['room:join', { room: 'den', from: 2 ** 53 }],
		['room:join', { room: 'den', after: 0, epoch: 7 }],
		['room:join', { room: 'den', after: 0, epoch: 'x'.repeat(65) }],
		['history:read', { room: 'den' }],
		['history:read', { room: 'den', before: 1, after: 1 }],
		['history:read', { room: 'den', before: 1, around: 1, after: 1 }],
		['history:read', { room: 'den', before: -1 }],
		['history:read', { room: 'den', after: 'Infinity' }],
		['history:read', { room: 'den', around: {} }],
		['history:read', { room: 'den', after: 0, limit: 0 }],
		['history:read', { room: 'den', after: 0, limit: -5 }],
		['history:read', { room: 'den', after: 0, limit: 0.5 }],
		['history:read', { room: 'den', after: 0, limit: MAX_PACKET_MESSAGES + 1 }],
		['history:read', { room: 'den', after: 0, limit: '50' }],
		['history:find', { room: 'den' }],
		['history:find', { room: 'den', at: -1 }],
		['history:find', { room: 'den', at: 2 ** 53 }],
		['history:find', { room: 'den', at: '2026-01-01' }],
		['read:mark', { room: 'den' }],
		['read:mark', { room: 'den', seq: -1 }],
		['read:mark', { room: 'den', seq: 0.1 }],
		['read:mark', { room: 'den', seq: '0' }],
		['read:mark', { room: 'den', seq: 1e308 }],
		['room:create', {}],
		['room:create', { title: 7 }],
		['room:create', { title: '' }],
		['room:create', { title: ' \u200b\u202e' }],
		['room:create', { title: '가'.repeat(MAX_ROOM_TITLE_CODE_POINTS + 1) }],
		['room:create', { title: 'x'.repeat(60_000) }],
		['person:block', { userId: 'x' }],
		['person:block', { userId: '', isBlocked: true }],
		['person:block', { userId: "x' OR 1=1", isBlocked: true }],
		['person:block', { userId: 'x', isBlocked: 'yes' }],
		['room:find', {}],
		['room:find', { query: 7 }],
		['room:find', { query: 'a'.repeat(4 * MAX_ROOM_NAME_CODE_POINTS + 1) }],
		['room:set', { room: '' }],
		['room:set', { room: 'den', isPinned: 1 }],
		['room:set', { room: 'den', isMuted: null }],
		['room:rename', { room: 'den' }],
		['room:rename', { room: 'den', title: null }],
		['room:remove', { room: 'den' }],
		['room:remove', { room: 'den', userId: '' }],
		['room:remove', { room: 'den', userId: "x' OR 1=1" }],
		['room:invite', { room: 'den', expiresIn: 0 }],
		['room:invite', { room: 'den', expiresIn: MAX_INVITATION_MS + 1 }],
		['room:invite', { room: 'den', expiresIn: '60000' }],
		['room:invite', { room: 'den', maxUses: 0 }],
		['room:invite', { room: 'den', maxUses: 1.5 }],
		['room:invite', { room: 'den', maxUses: MAX_INVITATION_USES + 1 }],
		['room:revoke', { room: 'den', invitation: 7 }],
		['room:preview', {}],
		['room:preview', { secret: '' }],
		['room:preview', { secret: ['A'.repeat(22)] }],
		['room:preview', { secret: 'A'.repeat(23) }],
		['room:accept', {}],
		['room:accept', { secret: '' }],
		['room:accept', { secret: ['A'.repeat(22)] }],
		['room:accept', { secret: 'A'.repeat(23) }],
		['room:close', { room: '' }],
		['session:rotate', {}],
		['session:rotate', { token: 'A'.repeat(42) }],
		['session:rotate', { token: ['A'.repeat(43)] }],
		['session:rename', {}],
		['session:rename', { name: 7 }],
		['session:rename', { name: '' }],
		['session:rename', { name: '\u200b\u202e' }],
		['session:rename', { name: '가'.repeat(MAX_DISPLAY_NAME_GRAPHEMES + 1) }],
		['session:rename', { name: 'x'.repeat(60_000) }]
	] as const
).map(([name, payload]) => ({
	name: `${name} of ${JSON.stringify(payload).slice(0, 80)}`,
	attack: asMember(name, payload),
	expect: 'invalid'
}));

/** Entries of each kind with one wrong or missing field. A new guest, with full rates, sends each value. */
const WRONG_ENTRIES: Case[] = KINDS.flatMap((kind) => {
	const good = samplePayload(kind, 'den', TARGET);
	const values: Record<string, readonly unknown[]> = { room: [undefined, null, '', 7, '\ud800'], id: WRONG_IDS };
	for (const [field, wrong] of Object.entries(WRONG_VALUES)) if (field in good) values[field] = wrong;
	return Object.entries(values).map(([field, wrong]) => ({
		name: `${requestOf(kind)} with ${field} in ${wrong.length} wrong ways`,
		attack: async (attacker) => {
			const taken: unknown[] = [];
			for (const value of wrong) {
				const code = await asMember(requestOf(kind), { ...good, [field]: value })(attacker);
				if (code !== 'invalid') taken.push([value, code]);
			}
			return taken.length;
		},
		expect: 0
	}));
});

/** Well-formed requests about rooms of others. */
const FOREIGN_ROOMS: Case[] = (
	[
		['room:join', { room: PRIVATE }, 'not_found'],
		...KINDS.flatMap((kind) => [
			[requestOf(kind), samplePayload(kind, 'lobby', TARGET), 'forbidden'] as const,
			[requestOf(kind), samplePayload(kind, PRIVATE, TARGET), 'not_found'] as const,
			[requestOf(kind), samplePayload(kind, 'nobody-made-it', TARGET), 'not_found'] as const
		]),
		['history:read', { room: 'lobby', after: 0 }, 'forbidden'],
		['history:read', { room: PRIVATE, after: 0 }, 'not_found'],
		['history:read', { room: 'constructor', after: 0 }, 'forbidden'],
		['history:find', { room: 'lobby', at: 1 }, 'forbidden'],
		['history:find', { room: PRIVATE, at: 1 }, 'not_found'],
		['read:mark', { room: 'lobby', seq: 1 }, 'forbidden'],
		['read:mark', { room: PRIVATE, seq: 1 }, 'not_found'],
		['room:set', { room: 'lobby', isPinned: true }, 'forbidden'],
		['room:set', { room: PRIVATE, isPinned: true }, 'not_found'],
		['room:rename', { room: 'lobby', title: 'x' }, 'forbidden'],
		['room:close', { room: 'lobby' }, 'forbidden'],
		['room:members', { room: 'lobby' }, 'forbidden'],
		['room:invite', { room: 'lobby' }, 'forbidden'],
		['room:invite', { room: PRIVATE }, 'not_found'],
		['room:leave', { room: 'lobby' }, 'ok'],
		['room:leave', { room: PRIVATE }, 'ok']
	] as const
).map(([name, payload, code]) => ({
	name: `${name} of ${payload.room} by a non-member`,
	attack: asGuest(name, payload),
	expect: code
}));

/** Sends a message as a guest, and changes it. */
function changeOwn(kind: EntryKind, change: (good: object) => object): Case['attack'] {
	return async (attacker) => {
		const socket = await attacker.inChat();
		const ready = (await socket.untilHeard('42/chat,["session:ready"')) ?? '';
		const [, { user }] = JSON.parse(ready.slice('42/chat,'.length)) as [string, { user: { id: string } }];
		await ask(socket, 'room:join', { room: 'den' }, 0);
		await ask(socket, 'message:send', { room: 'den', id: ID, text: 'x' }, 1);
		return await ask(socket, requestOf(kind), change(samplePayload(kind, 'den', { author: user.id, id: ID })), 2);
	};
}

/** Changes of messages: with fields that a client does not set, of missing messages, and with a used id. */
const CHANGES: Case[] = CHANGE_KINDS.flatMap((kind) => {
	const claims = {
		seq: 7,
		sentAt: 0,
		said: 0,
		kind: 'message',
		isOperator: true,
		author: { id: 'operator', name: 'x' }
	};
	const cases: [string, Case['attack'], string][] = [
		['of an own message with fields of the server', changeOwn(kind, (good) => ({ ...good, ...claims })), 'ok'],
		[
			'of a target with more fields',
			changeOwn(kind, (good) => ({ ...good, target: { ...('target' in good && (good.target as object)), seq: 1e9 } })),
			'ok'
		],
		['of a missing message', asMember(requestOf(kind), samplePayload(kind, 'den', TARGET)), 'not_found'],
		[
			'of a message of __proto__',
			asMember(requestOf(kind), samplePayload(kind, 'den', { author: '__proto__', id: ID })),
			'not_found'
		],
		['with the id of its message', changeOwn(kind, (good) => ({ ...good, id: ID })), 'id_reused']
	];
	return cases.map(([what, attack, code]) => ({ name: `${requestOf(kind)} ${what}`, attack, expect: code }));
});

/** Odd but allowed payloads. */
const ALLOWED: Case[] = (
	[
		['room:join', { room: 'a'.repeat(MAX_ROOM_NAME_CODE_POINTS) }],
		['room:join', { room: '__proto__' }],
		['room:join', { room: 'constructor' }],
		['room:join', { room: 'den', after: 0, afterId: ID, epoch: 'another' }],
		['room:join', { room: 'den', after: Number.MAX_SAFE_INTEGER }],
		['room:join', { room: 'den', from: Number.MAX_SAFE_INTEGER, after: 0 }],
		['room:join', { room: 'den', from: 0, after: Number.MAX_SAFE_INTEGER }],
		['room:join', { room: 'den', isOwner: true, readSeq: 99, members: [] }],
		['room:list', { limit: 1e9 }],
		['message:send', { room: 'den', id: ID, text: '가'.repeat(MAX_TEXT_CODE_POINTS) }],
		['message:send', { room: 'DEN', id: ID, text: 'x' }],
		['message:send', { room: 'den', id: ID, text: 'x', seq: 7, sentAt: 0, author: { id: 'me' }, kind: 'delete' }],
		['message:send', { room: 'den', id: ID, text: '<script>alert(1)</script>' }],
		['message:send', { room: 'den', id: ID, text: "'); DELETE FROM messages; --" }],
		['history:read', { room: 'den', before: Number.MAX_SAFE_INTEGER, limit: MAX_PACKET_MESSAGES }],
		['history:read', { room: 'den', around: Number.MAX_SAFE_INTEGER }],
		['read:mark', { room: 'den', seq: Number.MAX_SAFE_INTEGER }],
		['room:create', { title: '가'.repeat(MAX_ROOM_TITLE_CODE_POINTS), room: 'lobby', isPrivate: false }],
		['room:create', { title: '<img src=x onerror=alert(1)>' }],
		['session:rename', { name: '가'.repeat(MAX_DISPLAY_NAME_GRAPHEMES) }],
		['session:rename', { name: `e${'\u0301'.repeat(200)}` }],
		['session:rename', { name: '<img src=x onerror=alert(1)>', id: 'another' }]
	] as const
).map(([name, payload]) => ({
	name: `${name} of ${JSON.stringify(payload).slice(0, 80)}, which is allowed`,
	attack: asMember(name, payload),
	expect: 'ok'
}));

/** Requests without an acknowledgement, or with another last argument. The server drops or serves them without an answer. */
const WITHOUT_ANSWER: Case[] = (
	[
		...KINDS.flatMap((kind) => [
			[requestOf(kind), samplePayload(kind, 'den', TARGET)],
			[requestOf(kind), null],
			[requestOf(kind)]
		]),
		['room:join', { room: 'den' }, 'reply'],
		['room:join', { room: 'den' }, { call: 1 }, null],
		['session:rename', 7, 'reply'],
		['typing:set', { room: 'lobby', isTyping: true }],
		['typing:set', { room: 'den', isTyping: 'yes' }],
		['typing:set', { room: PRIVATE, isTyping: true }],
		['typing:set', null]
	] as const
).map((args) => ({
	name: `${JSON.stringify(args).slice(0, 60)} without an acknowledgement`,
	attack: async (attacker) => {
		const socket = await attacker.inChat();
		await ask(socket, 'room:join', { room: 'den' }, 0);
		socket.send(eventPacket('/chat', args));
		return await attacker.fate(socket);
	},
	expect: { line: 'open' }
}));

attackEach('[REQ-2] events of the chat', [
	...NO_PAYLOADS,
	...WRONG_FIELDS,
	...WRONG_ENTRIES,
	...FOREIGN_ROOMS,
	...CHANGES,
	...ALLOWED,
	...WITHOUT_ANSWER,
	{
		name: 'a request without a payload',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			socket.send('42/chat,1["room:join"]');
			return (await socket.untilHeard('43/chat,1['))?.includes('"code":"invalid"');
		},
		expect: true
	},
	{
		name: 'the same id with another text',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			await ask(socket, 'room:join', { room: 'den' }, 0);
			await ask(socket, 'message:send', { room: 'den', id: ID, text: 'x' }, 1);
			return await ask(socket, 'message:send', { room: 'den', id: ID, text: 'y' }, 2);
		},
		expect: 'id_reused'
	},
	{
		name: 'an id of another author',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			await ask(socket, 'room:join', { room: 'den' }, 0);
			// Another attacker has used the id before. Each author has ids of their own.
			return await ask(socket, 'message:send', { room: 'den', id: ID, text: 'mine' }, 1);
		},
		expect: 'ok'
	},
	{
		name: 'a room more than a user may be in',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			const codes: (string | undefined)[] = [];
			for (let room = 0; room <= 50; room += 1) codes.push(await ask(socket, 'room:join', { room: `r${room}` }, room));
			return codes.at(-1);
		},
		expect: 'forbidden',
		isHeavy: true
	},
	{
		name: 'a thousand requests at once',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			socket.send(...Array.from({ length: 1_000 }, (_, id) => eventPacket('/chat', ['room:list', {}], id)));
			const answered = () => socket.packets.filter((packet) => packet.startsWith('43/chat,'));
			await socket.until('all answers', () => answered().length === 1_000 || socket.isClosed || undefined);
			return socket.isClosed || answered().some((packet) => packet.includes('rate_limited'));
		},
		expect: true,
		isHeavy: true
	},
	{
		name: 'a hundred messages at once',
		attack: async (attacker) => {
			const socket = await attacker.inChat();
			await ask(socket, 'room:join', { room: 'den' }, 0);
			const send = (id: number) => ({ room: 'den', id: ID.slice(0, -3) + String(id), text: 'x' });
			const packets = Array.from({ length: 100 }, (_, id) =>
				eventPacket('/chat', ['message:send', send(id + 100)], id + 1)
			);
			socket.send(...packets);
			const answered = () => socket.packets.filter((packet) => /^43\/chat,[1-9]/.test(packet));
			await socket.until('all answers', () => answered().length === 100 || socket.isClosed || undefined);
			return answered().filter((packet) => packet.includes('"ok":true')).length < 20;
		},
		expect: true,
		isHeavy: true
	}
]);
