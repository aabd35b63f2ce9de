import {
	ENTRY_KINDS,
	type EntryKind,
	type RejectionCode,
	type RequestName,
	type RequestPayload
} from '@digda/protocol';
import { describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, newToken, openPrivateRoom, type PrivateRoom } from '@digda/testkit/client/open-private-room.ts';
import { connectChat, tokenOf, ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { CHANGE_KINDS, KINDS, requestOf, samplePayload } from '@digda/testkit/entries.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { EVENTS } from '../limits/payloads.ts';

const ROLES = ['owner', 'member', 'removed', 'stranger', 'operator'] as const;
type Role = (typeof ROLES)[number];

type Outcome = 'ok' | RejectionCode;

/** The answer to each role, in the order of `ROLES`. */
type Outcomes = readonly [Outcome, Outcome, Outcome, Outcome, Outcome];

interface Case<Name extends RequestName = RequestName> {
	event: Name;
	what?: string;
	payload: (room: PrivateRoom, role: Role) => RequestPayload<Name>;
	outcomes: Outcomes;
}

function attempt<Name extends RequestName>(
	event: Name,
	payload: Case<Name>['payload'],
	outcomes: Outcomes,
	what?: string
): Case {
	return { event, payload, outcomes, ...(what !== undefined && { what }) };
}

const ALL: Outcomes = ['ok', 'ok', 'ok', 'ok', 'ok'];
const MEMBERS: Outcomes = ['ok', 'ok', 'not_found', 'not_found', 'not_found'];
const OWNER: Outcomes = ['ok', 'forbidden', 'not_found', 'not_found', 'not_found'];
/** The message belongs to the owner. */
const AUTHOR: Outcomes = OWNER;
const OWNER_OR_OPERATOR: Outcomes = ['ok', 'forbidden', 'not_found', 'not_found', 'ok'];

/** The answers to an entry of a kind, by its definition. @param isOwn whether owner and member change their own messages */
function outcomesOf(kind: EntryKind, isOwn = false): Outcomes {
	const outcome = (role: Role): Outcome => {
		const isMember = role === 'owner' || role === 'member';
		const standing = {
			isMember,
			isOwner: role === 'owner',
			isOperator: role === 'operator',
			isAuthor: isMember && isOwn
		};
		if (ENTRY_KINDS[kind].may(standing)) return 'ok';
		return isMember ? 'forbidden' : 'not_found';
	};
	return [outcome('owner'), outcome('member'), outcome('removed'), outcome('stranger'), outcome('operator')];
}

/** An entry of a kind. A change is tried on a message of another member, on one's own, and on a missing one. */
function attemptsOf(kind: EntryKind): Case[] {
	const request = requestOf(kind);
	const nowhere = { author: 'nobody', id: '00000000-0000-4000-8000-000000000000' };
	const toOther = attempt(
		request,
		({ room, targets }) => samplePayload(kind, room, targets.other),
		outcomesOf(kind),
		'of another author'
	);
	if (!CHANGE_KINDS.includes(kind as never)) return [{ ...toOther, what: '' }];
	return [
		toOther,
		attempt(
			request,
			({ room, targets }, role) => samplePayload(kind, room, role === 'owner' ? targets.owner : targets.member),
			outcomesOf(kind, true),
			'of an own message'
		),
		attempt(
			request,
			({ room }) => samplePayload(kind, room, nowhere),
			['not_found', 'not_found', 'not_found', 'not_found', 'not_found'],
			'of a missing message'
		)
	];
}

const CASES: Case[] = [
	attempt('connection:ping', () => ({}), ALL),
	attempt('room:list', () => ({}), ALL),
	attempt('person:block', () => ({ userId: 'somebody', isBlocked: true }), ALL),
	attempt('room:find', () => ({ query: '' }), ALL),
	attempt('room:create', () => ({ title: '새 방' }), ALL),
	...(['room:preview', 'room:accept'] as const).flatMap((event) => [
		attempt(event, ({ secret }) => ({ secret }), ALL, 'with a secret'),
		attempt(
			event,
			() => ({ secret: 'A'.repeat(22) }),
			['not_found', 'not_found', 'not_found', 'not_found', 'not_found'],
			'with a guessed secret'
		)
	]),
	attempt('room:join', ({ room }) => ({ room }), MEMBERS),
	attempt('room:leave', ({ room }) => ({ room }), ['forbidden', 'ok', 'ok', 'ok', 'ok']),
	attempt('room:set', ({ room }) => ({ room, isPinned: true }), MEMBERS),
	attempt('room:rename', ({ room }) => ({ room, title: '다른 이름' }), OWNER),
	attempt('room:members', ({ room }) => ({ room }), MEMBERS),
	attempt('room:remove', ({ room, people: { other } }) => ({ room, userId: other.user.id }), OWNER, 'of a member'),
	attempt(
		'room:remove',
		({ room, people: { owner } }) => ({ room, userId: owner.user.id }),
		['forbidden', 'forbidden', 'not_found', 'not_found', 'not_found'],
		'of the owner'
	),
	attempt(
		'room:remove',
		({ room, people: { stranger } }) => ({ room, userId: stranger.user.id }),
		OWNER,
		'of a stranger'
	),
	attempt('room:invite', ({ room }) => ({ room }), OWNER),
	attempt('room:revoke', ({ room }) => ({ room }), OWNER),
	attempt('room:close', ({ room }) => ({ room }), OWNER_OR_OPERATOR),
	...KINDS.flatMap(attemptsOf),
	attempt('message:versions', ({ room, targets }) => ({ room, target: targets.owner }), AUTHOR),
	attempt('message:reactors', ({ room, targets }) => ({ room, target: targets.owner, emoji: '👍' }), MEMBERS),
	attempt('history:read', ({ room }) => ({ room, after: 0 }), MEMBERS),
	attempt('history:find', ({ room }) => ({ room, at: 1 }), MEMBERS),
	attempt('read:mark', ({ room }) => ({ room, seq: 1 }), MEMBERS),
	attempt('session:rename', () => ({ name: '수달' }), ALL),
	attempt('session:rotate', () => ({ token: newToken() }), ['ok', 'ok', 'ok', 'ok', 'forbidden'])
];

describe('[PRIV-2] permissions in a private room', () => {
	test.for(CASES.map((each) => [`${each.event} ${each.what ?? ''}`.trim(), each] as const))(
		'%s',
		async ([, { event, payload, outcomes }]) => {
			const { url } = await startServer({ adminToken: ADMIN_TOKEN });
			for (const [index, role] of ROLES.entries()) {
				// A room of its own for each role: its request must not change the next answer.
				const room = await openPrivateRoom(url);
				const reply = await room.people[role].ask(event, payload(room, role));
				expect([role, reply.ok ? 'ok' : reply.error.code]).toEqual([role, outcomes[index]]);
			}
		}
	);

	test('the cases cover every request', () => {
		const requests = EVENTS.filter((event) => event !== 'typing:set');
		expect([...new Set(CASES.map(({ event }) => event))].toSorted()).toEqual(requests.toSorted());
	});

	test('a device that was signed out is disconnected, and unauthorized from then on', async () => {
		const { url } = await startServer({ adminToken: ADMIN_TOKEN });
		const { people } = await openPrivateRoom(url);
		const token = tokenOf(people.member);
		const device = await connectChat(url, token, { reconnection: false });
		const cut = nextEvent(device.socket, 'disconnect');
		await people.member.get('session:rotate', { token: newToken() });
		await cut;
		expect(device.socket.connected).toBe(false);
		const again = new ChatClientProbe(url, { auth: { token }, reconnection: false });
		expect(await nextEvent(again.socket, 'connect_error')).toMatchObject({ data: { code: 'unauthorized' } });
	});
});

test('[PRIV-1] a stranger gets the same answers for a private room as for one that does not exist', async () => {
	const { url } = await startServer({ adminToken: ADMIN_TOKEN });
	const { room, people, targets } = await openPrivateRoom(url);
	const none = `~${'A'.repeat(22)}`;
	const of = (which: string): [RequestName, object][] => [
		['room:join', { room: which }],
		['room:leave', { room: which }],
		['room:set', { room: which, isMuted: true }],
		['room:rename', { room: which, title: 'x' }],
		['room:members', { room: which }],
		['room:remove', { room: which, userId: people.other.user.id }],
		['room:invite', { room: which }],
		['room:revoke', { room: which }],
		['room:close', { room: which }],
		...KINDS.map((kind): [RequestName, object] => [requestOf(kind), samplePayload(kind, which, targets.other)]),
		['history:read', { room: which, after: 0 }],
		['history:find', { room: which, at: 1 }],
		['read:mark', { room: which, seq: 1 }]
	];
	for (const person of [people.stranger, people.removed]) {
		const heard = person.heard.length;
		const [there, nowhere] = [of(room), of(none)];
		for (const [index, [event, payload]] of there.entries()) {
			const [, other] = nowhere[index] ?? [];
			expect([event, await person.askAnything(event, payload)]).toEqual([
				event,
				await person.askAnything(event, other)
			]);
		}
		person.emitAnything('typing:set', { room, isTyping: true });
		const { rooms } = await person.get('room:list', {});
		const found = await person.get('room:find', { query: '' });
		expect([...rooms, ...found.rooms].filter(({ isPrivate }) => isPrivate)).toEqual([]);
		expect(JSON.stringify(person.heard.slice(heard))).not.toContain(room);
	}
});
