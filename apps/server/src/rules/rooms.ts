import { isPrivateRoom, MAX_INVITATIONS, MAX_PRIVATE_MEMBERS, MAX_ROOMS_PER_USER } from '@digda/protocol';
import type { RowOf } from '../store/schema.ts';
import type { Actor, Rejected, Membership } from '../store/store.ts';
import type { Write } from '../store/write.ts';
import {
	answer,
	change,
	rejected,
	isOpen,
	isOwner,
	toMembership,
	type Decision,
	type Rule,
	type State
} from './state.ts';

type Room = RowOf<'rooms'>;

/** Joins a public room, and creates a missing one if a time is given. Private rooms are joined with `accept`. */
export const join: Rule<[userId: string, room: string, makeAt?: number], Membership | 'missing' | Rejected> = {
	about: (userId, room) => ({ userId, room }),
	decide(state, userId, room, makeAt) {
		if (isPrivateRoom(room) && !state.membership) return answer('not_found');
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

/** Ends a membership. An owner cannot leave. */
export const leave: Rule<[userId: string, room: string], 'done' | 'forbidden'> = {
	about: (userId, room) => ({ userId, room }),
	decide({ room: found, membership }, userId, room) {
		if (!membership) return answer('done');
		if (found?.ownerId === userId) return answer('forbidden');
		return change('done', { remove: 'members', where: { userId, room } }, revoked('left', room, userId));
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

/** Creates an invitation; `full` at `MAX_INVITATIONS`. */
export const invite: Rule<
	[userId: string, room: string, invitation: { id: string; secretHash: string; createdAt: number }],
	'done' | 'full' | Rejected
> = {
	about: (userId, room) => ({ userId, room }),
	decide(state, userId, room, invitation) {
		if (!isOwner(state, userId)) return answer(rejected(state));
		if (state.invitationCount >= MAX_INVITATIONS) return answer('full');
		return change('done', { insert: 'invitations', row: { ...invitation, room } });
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

/** Joins a private room by an invitation; also `forbidden` at `MAX_PRIVATE_MEMBERS` members. */
export const accept: Rule<[userId: string, secretHash: string], Membership | Rejected> = {
	about: (userId, secretHash) => ({ userId, secretHash }),
	decide(state, userId) {
		const { room, membership, invitation, memberCount } = state;
		if (invitation === undefined || !isOpen(room)) return answer('not_found');
		if (!membership && memberCount >= MAX_PRIVATE_MEMBERS) return answer('forbidden');
		const { outcome, writes } = admit(state, userId, room, invitation);
		if (typeof outcome === 'string') return answer(outcome);
		const opened = { room: room.room, userId, invitation };
		return { outcome, writes: [...writes, { insert: 'waysIn', row: opened, ifMissing: true }] };
	}
};

/** The reason why a person may not list the members of a room; undefined if they may. */
export function whyNotListed(state: Pick<State, 'room' | 'membership'>): Rejected | undefined {
	return isOpen(state.room) && state.room.isPrivate && state.membership ? undefined : rejected(state);
}

/**
 * Adds a member with a read cursor at the head; a member stays unchanged. `forbidden` at `MAX_ROOMS_PER_USER` rooms.
 */
function admit(
	{ membership, roomCount }: State,
	userId: string,
	room: Room | undefined,
	invitation: string | null,
	...before: Write[]
): Decision<Membership | Rejected> {
	if (room && membership) return answer(toMembership(room, membership));
	if (roomCount >= MAX_ROOMS_PER_USER) return answer('forbidden');
	if (!isOpen(room)) return answer('not_found');
	const row = { userId, room: room.room, readSeq: room.head, invitation };
	return change(toMembership(room, row), ...before, { insert: 'members', row });
}

function newRoom(room: Pick<Room, 'room' | 'title' | 'ownerId' | 'isPrivate' | 'lastAt'>): Room {
	return { ...room, head: 0, said: 0, lastDeletion: 0, closedAt: null, emptiedTo: 0, topicSeq: 0, topic: '' };
}

function revoked(kind: 'left' | 'removed' | 'closed', room: string, userId: string | null): Write {
	return { insert: 'revocations', row: { kind, room, userId } };
}
