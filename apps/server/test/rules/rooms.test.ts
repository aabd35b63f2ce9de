import {
	directRoomOf,
	MAX_DIRECT_ROOMS,
	MAX_INVITATIONS,
	MAX_PRIVATE_MEMBERS,
	MAX_ROOMS_PER_USER
} from '@digda/protocol';
import { describe, expect, test } from 'vitest';
import {
	accept,
	closeRoom,
	createRoom,
	invite,
	join,
	leave,
	removeMember,
	retitle,
	revoke,
	setRoom,
	whyNotListed
} from '../../src/rules/rooms.ts';
import type { Decision, State } from '../../src/rules/state.ts';

const PRIVATE = '~0123456789abcdefghijkl';
const INVITATION = { id: 'door', secretHash: '0a', createdAt: 5, expiresAt: null, maxUses: null };
/** The same invitation as it is loaded. */
const DOOR = { id: 'door', expiresAt: null, maxUses: null, uses: 3 };

const PUBLIC_ROOM = {
	...{ room: 'lobby', title: 'lobby', ownerId: null, isPrivate: false },
	...{ head: 7, said: 5, lastDeletion: 6, lastAt: 1_000, closedAt: null, emptiedTo: 0, topicSeq: 0, topic: '' }
};
const PRIVATE_ROOM = { ...PUBLIC_ROOM, room: PRIVATE, title: 'Attic', ownerId: 'ada', isPrivate: true };

const EMPTY: State = {
	...{ room: undefined, membership: undefined, roomCount: 0, directCount: 0, memberCount: 0 },
	...{ partner: undefined, invitations: [], blocked: [] },
	...{ invitation: undefined, other: { isMember: false, opened: [] }, sessions: [] }
};

const OWN = { invitation: null, isPinned: false, isMuted: false, isOpener: null };
const member = (userId: string, room: string, readSeq = 3) => ({ userId, room, readSeq, ...OWN });

/** The state of a public room for a user. */
const inPublic = (userId?: string): State => ({
	...EMPTY,
	room: PUBLIC_ROOM,
	membership: userId === undefined ? undefined : member(userId, 'lobby')
});
/** The state of Ada's private room for a user. */
const inPrivate = (userId?: string): State => ({
	...EMPTY,
	room: PRIVATE_ROOM,
	membership: userId === undefined ? undefined : member(userId, PRIVATE),
	memberCount: 2
});
const closed = (state: State): State => ({
	...state,
	room: state.room && { ...state.room, closedAt: 9 },
	membership: undefined
});

/** Every request for the owner alone, made by a user. */
const OWNED: [name: string, ask: (state: State, userId: string) => Decision<unknown>][] = [
	['retitle', (state, userId) => retitle.decide(state, userId, PRIVATE, 'Cellar')],
	[
		'close',
		(state, userId) => closeRoom.decide(state, { user: { id: userId, name: 'x' }, isOperator: false }, PRIVATE, 9)
	],
	['remove', (state, userId) => removeMember.decide(state, userId, PRIVATE, 'chan')],
	['invite', (state, userId) => invite.decide(state, userId, PRIVATE, INVITATION)],
	['revoke', (state, userId) => revoke.decide(state, userId, PRIVATE, null)]
];

describe.for(OWNED)('%s', ([, ask]) => {
	test('[PRIV-2] is allowed to the owner', () => {
		const { outcome, writes } = ask({ ...inPrivate('ada'), other: { isMember: true, opened: [] } }, 'ada');
		expect(['forbidden', 'not_found']).not.toContain(outcome);
		expect(writes).not.toEqual([]);
	});

	test.for([
		['[PRIV-2] a member', inPrivate('bora'), 'forbidden'],
		['[PRIV-1] a stranger', inPrivate(), 'not_found'],
		['[PRIV-1] any user of a missing room', EMPTY, 'not_found'],
		['a member of a public room', inPublic('bora'), 'forbidden']
	] as const)('rejects %s and changes nothing', ([, state, code]) => {
		expect(ask(state, 'bora')).toEqual({ outcome: code, writes: [] });
	});

	test('[PRIV-6] changes nothing in a closed room', () => {
		expect(ask(closed(inPrivate('ada')), 'ada').writes).toEqual([]);
	});
});

describe('joining', () => {
	test('[JOIN-1] a first join makes the room and sets the read cursor to the head', () => {
		const made = join.decide(EMPTY, 'ada', 'lobby', 5);
		expect(made.outcome).toMatchObject({
			room: 'lobby',
			head: 0,
			said: 0,
			lastDeletion: 0,
			readSeq: 0,
			isPrivate: false
		});
		expect(made.writes).toMatchObject([
			{ insert: 'rooms', row: { room: 'lobby', lastAt: 5, closedAt: null } },
			{ insert: 'members', row: { userId: 'ada', readSeq: 0 } }
		]);
		expect(join.decide(EMPTY, 'ada', 'lobby')).toEqual({ outcome: 'missing', writes: [] });
		expect(join.decide(inPublic(), 'ada', 'lobby')).toMatchObject({
			outcome: { head: 7, said: 5, lastDeletion: 6, readSeq: 7 },
			writes: [{ insert: 'members', row: { readSeq: 7 } }]
		});
	});

	test('[JOIN-2] joining again changes nothing, also at the maximum of rooms', () => {
		const state = { ...inPublic('ada'), roomCount: MAX_ROOMS_PER_USER };
		expect(join.decide(state, 'ada', 'lobby', 5)).toMatchObject({ outcome: { readSeq: 3 }, writes: [] });
	});

	test('[STORE-3] counts emptied messages as read', () => {
		const state = { ...inPublic('ada'), room: { ...PUBLIC_ROOM, emptiedTo: 6 } };
		expect(join.decide(state, 'ada', 'lobby')).toMatchObject({ outcome: { readSeq: 6 } });
	});

	test.for([
		['a room', (state: State) => join.decide({ ...state, room: PUBLIC_ROOM }, 'ada', 'lobby')],
		['a missing room', (state: State) => join.decide(state, 'ada', 'lobby')],
		['a new room', (state: State) => join.decide(state, 'ada', 'lobby', 5)],
		['a private room of their own', (state: State) => createRoom.decide(state, 'ada', PRIVATE, 'Attic', 5)],
		[
			'the room of an invitation',
			(state: State) => accept.decide({ ...state, room: PRIVATE_ROOM, invitation: DOOR }, 'ada', '0a', 10)
		]
	] as const)('[JOIN-5] rejects a user at the maximum of rooms: %s', ([, ask]) => {
		expect(ask({ ...EMPTY, roomCount: MAX_ROOMS_PER_USER })).toEqual({ outcome: 'forbidden', writes: [] });
		const { outcome } = ask({ ...EMPTY, roomCount: MAX_ROOMS_PER_USER - 1 });
		expect(outcome).not.toBe('forbidden');
	});

	test('[PRIV-1] a stranger cannot join a private room without an invitation', () => {
		for (const state of [EMPTY, inPrivate()]) {
			expect(join.decide(state, 'bora', PRIVATE, 5)).toEqual({ outcome: 'not_found', writes: [] });
		}
		expect(join.decide(inPrivate('bora'), 'bora', PRIVATE)).toMatchObject({ outcome: { room: PRIVATE }, writes: [] });
	});

	test('[PRIV-6] rejects joining a closed room', () => {
		expect(join.decide(closed(inPublic()), 'ada', 'lobby', 5)).toEqual({ outcome: 'not_found', writes: [] });
		const state = { ...closed(inPrivate()), invitation: DOOR };
		expect(accept.decide(state, 'bora', '0a', 10)).toEqual({ outcome: 'not_found', writes: [] });
	});
});

describe('invitations', () => {
	test('[PRIV-4] an invitation makes a member, and records everybody who opens it, members too', () => {
		const opened = { insert: 'waysIn', row: { room: PRIVATE, userId: 'bora', invitation: 'door' }, ifMissing: true };
		const state = { ...inPrivate(), invitation: DOOR };
		expect(accept.decide(state, 'bora', '0a', 10)).toMatchObject({
			outcome: { room: PRIVATE, readSeq: 7 },
			writes: [
				{ insert: 'members', row: { invitation: 'door' } },
				{ update: 'invitations', set: { uses: 4 }, where: { room: PRIVATE, id: 'door' } },
				opened
			]
		});
		expect(accept.decide({ ...inPrivate('bora'), invitation: DOOR }, 'bora', '0a', 10).writes).toEqual([opened]);
		expect(accept.decide(EMPTY, 'bora', '0a', 10)).toEqual({ outcome: 'not_found', writes: [] });
	});

	test('[PRIV-4] limits the members and invitations of a room', () => {
		const full = { ...inPrivate(), invitation: DOOR, memberCount: MAX_PRIVATE_MEMBERS };
		expect(accept.decide(full, 'bora', '0a', 10)).toEqual({ outcome: 'forbidden', writes: [] });
		expect(accept.decide({ ...full, membership: member('bora', PRIVATE) }, 'bora', '0a', 10)).toMatchObject({
			outcome: { room: PRIVATE }
		});
		const invitations = Array.from({ length: MAX_INVITATIONS }, (_, index) => ({ ...DOOR, id: `door ${index}` }));
		const many = { ...inPrivate('ada'), invitations };
		expect(invite.decide(many, 'ada', PRIVATE, INVITATION)).toEqual({ outcome: 'full', writes: [] });
	});

	test('[PRIV-5] removing a person revokes every invitation that they have opened, also after they left', () => {
		const invitations = ['door', 'window'].map((id) => ({ remove: 'invitations', where: { room: PRIVATE, id } }));
		const state = (isMember: boolean) => ({ ...inPrivate('ada'), other: { isMember, opened: ['door', 'window'] } });
		expect(removeMember.decide(state(true), 'ada', PRIVATE, 'bora').writes).toEqual([
			...invitations,
			{ remove: 'members', where: { userId: 'bora', room: PRIVATE } },
			{ insert: 'revocations', row: { kind: 'removed', room: PRIVATE, userId: 'bora' } }
		]);
		expect(removeMember.decide(state(false), 'ada', PRIVATE, 'bora').writes).toEqual(invitations);
		expect(removeMember.decide(state(true), 'ada', PRIVATE, 'ada')).toEqual({ outcome: 'forbidden', writes: [] });
	});
});

describe('settings', () => {
	test('[ROOM-4] a member pins and mutes a room, and absent fields stay as they are', () => {
		const where = { userId: 'bora', room: 'lobby' };
		expect(setRoom.decide(inPublic('bora'), 'bora', 'lobby', { isPinned: true })).toEqual({
			outcome: { isPinned: true, isMuted: false },
			writes: [{ update: 'members', set: { isPinned: true, isMuted: false }, where }]
		});
		const muted = { ...inPublic('bora'), membership: { ...member('bora', 'lobby'), isMuted: true } };
		expect(setRoom.decide(muted, 'bora', 'lobby', { isPinned: true }).outcome).toEqual({
			isPinned: true,
			isMuted: true
		});
		expect(setRoom.decide(muted, 'bora', 'lobby', { isMuted: true }).writes).toEqual([]);
	});

	test.for([
		['a stranger of a public room', inPublic(), 'forbidden'],
		['[PRIV-1] a stranger of a private room', inPrivate(), 'not_found'],
		['any user of a missing room', EMPTY, 'not_found']
	] as const)('are rejected from %s', ([, state, code]) => {
		expect(setRoom.decide(state, 'bora', 'lobby', { isPinned: true })).toEqual({ outcome: code, writes: [] });
	});
});

test('[LEAVE-1] leaving again changes nothing, and an owner cannot leave', () => {
	expect(leave.decide(inPublic('ada'), 'ada', 'lobby').writes).toEqual([
		{ remove: 'members', where: { userId: 'ada', room: 'lobby' } },
		{ insert: 'revocations', row: { kind: 'left', room: 'lobby', userId: 'ada' } }
	]);
	expect(leave.decide(inPublic(), 'ada', 'lobby')).toEqual({ outcome: 'done', writes: [] });
	expect(leave.decide(inPrivate('ada'), 'ada', PRIVATE)).toEqual({ outcome: 'forbidden', writes: [] });
});

test('[OP-1] an operator closes any room, and closing again has the same answer', () => {
	const operator = { user: { id: 'root', name: 'Operator' }, isOperator: true };
	expect(closeRoom.decide(inPublic(), operator, 'lobby', 9)).toEqual({
		outcome: { title: 'lobby' },
		writes: [
			{ update: 'rooms', set: { closedAt: 9 }, where: { room: 'lobby' } },
			{ remove: 'members', where: { room: 'lobby' } },
			{ remove: 'invitations', where: { room: 'lobby' } },
			{ insert: 'revocations', row: { kind: 'closed', room: 'lobby', userId: null } }
		]
	});
	expect(closeRoom.decide(closed(inPublic()), operator, 'lobby', 10)).toEqual({
		outcome: { title: 'lobby' },
		writes: []
	});
});

test('[PRIV-2] members of a private room may list its members', () => {
	expect(whyNotListed(inPrivate('bora'))).toBeUndefined();
	expect([whyNotListed(inPrivate()), whyNotListed(inPublic('bora')), whyNotListed(EMPTY)]).toEqual([
		...['not_found', 'forbidden', 'not_found']
	]);
});

describe('direct rooms', () => {
	const [ADA, BORA] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
	const DIRECT = directRoomOf(ADA, BORA) ?? '';
	const partner = { id: BORA, name: 'Bora', shares: true };
	const opened = { ...PRIVATE_ROOM, room: DIRECT, title: '', ownerId: null, head: 0, said: 0 };
	const asMember = (userId: string, isOpener: boolean): State => ({
		...EMPTY,
		...{ room: opened, partner: { ...partner, id: userId === ADA ? BORA : ADA } },
		membership: { ...member(userId, DIRECT, 0), isOpener }
	});

	test('[DM-1] the first join of either person makes the room, with both as members and without an owner', () => {
		expect(join.decide({ ...EMPTY, partner }, ADA, DIRECT)).toEqual({ outcome: 'missing', writes: [] });
		const { outcome, writes } = join.decide({ ...EMPTY, partner, roomCount: MAX_ROOMS_PER_USER }, ADA, DIRECT, 5);
		expect(outcome).toMatchObject({ room: DIRECT, title: 'Bora', other: { id: BORA, name: 'Bora' }, ownerId: null });
		expect(outcome).not.toHaveProperty('isUnlisted');
		expect(writes).toMatchObject([
			{ insert: 'rooms', row: { room: DIRECT, isPrivate: true, ownerId: null, lastAt: 5 } },
			{ insert: 'members', row: { userId: ADA, isOpener: true } },
			{ insert: 'members', row: { userId: BORA, isOpener: false } },
			{ insert: 'revocations', row: { kind: 'opened', room: DIRECT, userId: BORA } }
		]);
	});

	test('[DM-1] a later join of either person changes nothing', () => {
		for (const [userId, isOpener] of [
			[ADA, true],
			[BORA, false]
		] as const) {
			expect(join.decide(asMember(userId, isOpener), userId, DIRECT, 5).writes).toEqual([]);
		}
		expect(join.decide(asMember(BORA, false), BORA, DIRECT).outcome).toMatchObject({ isUnlisted: true });
	});

	test.for([
		['[DM-2] another person', 'chan', { ...EMPTY, room: opened }, 'not_found'],
		['[DM-2] another person, before it exists', 'chan', EMPTY, 'not_found'],
		['[DM-3] people who share no room', ADA, { ...EMPTY, partner: { ...partner, shares: false } }, 'forbidden'],
		['[DM-3] a person with a missing one', ADA, EMPTY, 'forbidden'],
		['[DM-3] a person with too many', ADA, { ...EMPTY, partner, directCount: MAX_DIRECT_ROOMS }, 'forbidden'],
		[
			'[PRIV-6] either person after it was closed',
			ADA,
			{ ...EMPTY, partner, room: { ...opened, closedAt: 9 } },
			'not_found'
		]
	] as const)('rejects %s', ([, userId, state, code]) => {
		expect(join.decide(state, userId, DIRECT, 5)).toEqual({ outcome: code, writes: [] });
	});

	test('[DM-4] nobody leaves, is removed, invites or renames', () => {
		const state = { ...asMember(ADA, true), other: { isMember: true, opened: [] } };
		for (const decision of [
			leave.decide(state, ADA, DIRECT),
			removeMember.decide(state, ADA, DIRECT, BORA),
			invite.decide(state, ADA, DIRECT, INVITATION),
			retitle.decide(state, ADA, DIRECT, 'x'),
			closeRoom.decide(state, { user: { id: ADA, name: 'x' }, isOperator: false }, DIRECT, 9)
		]) {
			expect(decision).toEqual({ outcome: 'forbidden', writes: [] });
		}
	});
});
