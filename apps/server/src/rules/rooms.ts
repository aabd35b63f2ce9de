import {
	isPrivateRoom,
	MAX_DIRECT_ROOMS,
	MAX_INVITATIONS,
	MAX_PRIVATE_MEMBERS,
	MAX_ROOMS_PER_USER,
	otherIn,
	type RoomSettings,
	type SettingsChange,
	type User
} from '@digda/protocol';
import type { RowOf } from '../store/schema.ts';
import type { Actor, NewInvitation, Rejected, Membership } from '../store/store.ts';
import type { Write } from '../store/write.ts';
import {
	answer,
	change,
	rejected,
	isOpen,
	isOwner,
	isUsable,
	toMembership,
	type Decision,
	type Rule,
	type State
} from './state.ts';

type Room = RowOf<'rooms'>;

/**
 * Joins a public room, and creates a missing one if a time is given. Private rooms are joined with `accept`, but for
 * direct rooms.
 */
export const join: Rule<[userId: string, room: string, makeAt?: number], Membership | 'missing' | Rejected> = {
	about(userId, room) {
		const partnerId = otherIn(room, userId);
		return { userId, room, ...(partnerId !== undefined && { partnerId }) };
	},
	decide(state, userId, room, makeAt) {
		if (isPrivateRoom(room) && !state.membership) {
			const partnerId = otherIn(room, userId);
			return partnerId === undefined ? answer('not_found') : openDirect(state, userId, room, makeAt);
		}
		if (state.room) return admit(state, userId, state.room, null);
		if (makeAt === undefined) {
			const { outcome } = admit(state, userId, undefined, null);
			return answer(outcome === 'not_found' ? 'missing' : outcome);
		}
		const made = newRoom({ room, title: room, ownerId: null, isPrivate: false, lastAt: makeAt });
		return admit(state, userId, made, null, { insert: 'rooms', row: made });
	}
};

/** Creates a private room. */
export const createRoom: Rule<[ownerId: string, room: string, title: string, now: number], Membership | 'forbidden'> = {
	about: (ownerId, room) => ({ userId: ownerId, room }),
	decide(state, ownerId, room, title, now) {
		const made = newRoom({ room, title, ownerId, isPrivate: true, lastAt: now });
		const { outcome, writes } = admit(state, ownerId, made, null, { insert: 'rooms', row: made });
		if (outcome === 'not_found') throw new Error(`${room} was created and is missing`);
		return { outcome, writes };
	}
};

/** Ends a membership. An owner and the people of a direct room cannot leave. */
export const leave: Rule<[userId: string, room: string], 'done' | 'forbidden'> = {
	about: (userId, room) => ({ userId, room }),
	decide({ room: found, membership }, userId, room) {
		if (!membership) return answer('done');
		if (found?.ownerId === userId || membership.isOpener !== null) return answer('forbidden');
		return change('done', { remove: 'members', where: { userId, room } }, revoked('left', room, userId));
	}
};

/** Pins or mutes a room for one member. */
export const setRoom: Rule<[userId: string, room: string, settings: SettingsChange], RoomSettings | Rejected> = {
	about: (userId, room) => ({ userId, room }),
	decide(state, userId, room, settings) {
		const { membership } = state;
		if (!membership) return answer(rejected(state));
		const { isPinned = membership.isPinned, isMuted = membership.isMuted } = settings;
		const set = { isPinned, isMuted };
		const isSame = isPinned === membership.isPinned && isMuted === membership.isMuted;
		return isSame ? answer(set) : change(set, { update: 'members', set, where: { userId, room } });
	}
};

/** Changes the title of a room. */
export const retitle: Rule<[userId: string, room: string, title: string], 'done' | Rejected> = {
	about: (userId, room) => ({ userId, room }),
	decide: (state, userId, room, title) =>
		isOwner(state, userId)
			? change('done', { update: 'rooms', set: { title }, where: { room } })
			: answer(rejected(state))
};

/** Closes a room permanently. Closing it again returns the same answer. */
export const closeRoom: Rule<[actor: Actor, room: string, now: number], { title: string } | Rejected> = {
	about: ({ user }, room) => ({ userId: user.id, room }),
	decide(state, { user, isOperator }, room, now) {
		const { room: found } = state;
		if (!found || (!isOperator && found.ownerId !== user.id)) return answer(rejected(state));
		const { title } = found;
		if (!isOpen(found)) return answer({ title });
		return change(
			{ title },
			{ update: 'rooms', set: { closedAt: now }, where: { room } },
			{ remove: 'members', where: { room } },
			{ remove: 'invitations', where: { room } },
			revoked('closed', room, null)
		);
	}
};

/** Removes a member, and revokes every invitation that they have opened, because they may know its secret. */
export const removeMember: Rule<[ownerId: string, room: string, userId: string], 'done' | Rejected> = {
	about: (ownerId, room, userId) => ({ userId: ownerId, room, otherId: userId }),
	decide(state, ownerId, room, userId) {
		if (!isOwner(state, ownerId)) return answer(rejected(state));
		if (userId === ownerId) return answer('forbidden');
		const { isMember, opened } = state.other;
		const membership: Write[] = [{ remove: 'members', where: { userId, room } }, revoked('removed', room, userId)];
		return change(
			'done',
			...opened.map((id): Write => ({ remove: 'invitations', where: { room, id } })),
			...(isMember ? membership : [])
		);
	}
};

/** Creates an invitation, and forgets those of the room that admit nobody; `full` at `MAX_INVITATIONS` others. */
export const invite: Rule<[userId: string, room: string, invitation: NewInvitation], 'done' | 'full' | Rejected> = {
	about: (userId, room) => ({ userId, room, hasInvitations: true }),
	decide(state, userId, room, invitation) {
		if (!isOwner(state, userId)) return answer(rejected(state));
		const ended = state.invitations.filter((each) => !isUsable(each, invitation.createdAt));
		if (state.invitations.length - ended.length >= MAX_INVITATIONS) return answer('full');
		return change('done', ...ended.map(({ id }): Write => ({ remove: 'invitations', where: { room, id } })), {
			insert: 'invitations',
			row: { ...invitation, room, uses: 0 }
		});
	}
};

/** Revokes an invitation; null revokes all of a room. */
export const revoke: Rule<[userId: string, room: string, invitation: string | null], 'done' | Rejected> = {
	about: (userId, room) => ({ userId, room }),
	decide: (state, userId, room, id) =>
		isOwner(state, userId)
			? change('done', { remove: 'invitations', where: id === null ? { room } : { room, id } })
			: answer(rejected(state))
};

/**
 * Joins a private room by an invitation; also `forbidden` at `MAX_PRIVATE_MEMBERS` members. A member uses nothing up, so
 * that a repeated request gets the same answer.
 */
export const accept: Rule<[userId: string, secretHash: string, now: number], Membership | Rejected> = {
	about: (userId, secretHash) => ({ userId, secretHash }),
	decide(state, userId, _secretHash, now) {
		const { room, membership, invitation, memberCount } = state;
		if (!isOpen(room) || !invitation || !opens(state, now)) return answer('not_found');
		if (!membership && memberCount >= MAX_PRIVATE_MEMBERS) return answer('forbidden');
		const { id, uses } = invitation;
		const { outcome, writes } = admit(state, userId, room, id);
		if (typeof outcome === 'string') return answer(outcome);
		const used: Write = { update: 'invitations', set: { uses: uses + 1 }, where: { room: room.room, id } };
		const opened: Write = {
			insert: 'waysIn',
			row: { room: room.room, userId, invitation: id },
			ifMissing: true
		};
		return { outcome, writes: [...writes, ...(membership ? [] : [used]), opened] };
	}
};

/** Whether the invitation of a state leads the requester into its room. */
export function opens({ room, membership, invitation }: State, now: number): boolean {
	return isOpen(room) && invitation !== undefined && (membership !== undefined || isUsable(invitation, now));
}

/** The reason why a person may not list the members of a room; undefined if they may. */
export function whyNotListed(state: Pick<State, 'room' | 'membership'>): Rejected | undefined {
	return isOpen(state.room) && state.room.isPrivate && state.membership ? undefined : rejected(state);
}

/**
 * Adds a member with a read cursor at the head; a member stays unchanged. `forbidden` at `MAX_ROOMS_PER_USER` rooms.
 */
function admit(
	state: State,
	userId: string,
	room: Room | undefined,
	invitation: string | null,
	...before: Write[]
): Decision<Membership | Rejected> {
	const { membership, roomCount } = state;
	if (room && membership) return answer(toMembership(room, membership, partnerOf(state)));
	if (roomCount >= MAX_ROOMS_PER_USER) return answer('forbidden');
	if (!isOpen(room)) return answer('not_found');
	const row = newMember(userId, room, invitation);
	return change(toMembership(room, row), ...before, { insert: 'members', row });
}

/** Makes the direct room of two people who share another room, with both as members. */
function openDirect(
	state: State,
	userId: string,
	room: string,
	makeAt?: number
): Decision<Membership | 'missing' | Rejected> {
	const { partner, directCount } = state;
	// Both people are members until the room is closed.
	if (state.room) return answer('not_found');
	if (!partner?.shares || directCount >= MAX_DIRECT_ROOMS) return answer('forbidden');
	if (makeAt === undefined) return answer('missing');
	const made = newRoom({ room, title: '', ownerId: null, isPrivate: true, lastAt: makeAt });
	const own = { ...newMember(userId, made, null), isOpener: true };
	return change(
		toMembership(made, own, partnerOf(state)),
		{ insert: 'rooms', row: made },
		{ insert: 'members', row: own },
		{ insert: 'members', row: { ...newMember(partner.id, made, null), isOpener: false } },
		revoked('opened', room, partner.id)
	);
}

function partnerOf({ partner }: State): User | undefined {
	return partner && { id: partner.id, name: partner.name };
}

function newMember(userId: string, { room, head }: Room, invitation: string | null): RowOf<'members'> {
	return { userId, room, readSeq: head, invitation, isPinned: false, isMuted: false, isOpener: null };
}

function newRoom(room: Pick<Room, 'room' | 'title' | 'ownerId' | 'isPrivate' | 'lastAt'>): Room {
	return { ...room, head: 0, said: 0, lastDeletion: 0, closedAt: null, emptiedTo: 0, topicSeq: 0, topic: '' };
}

function revoked(kind: 'left' | 'removed' | 'closed' | 'opened', room: string, userId: string | null): Write {
	return { insert: 'revocations', row: { kind, room, userId } };
}
