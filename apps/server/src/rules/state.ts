import type { RowOf } from '../store/schema.ts';
import type { Rejected, Membership, StoredRoom } from '../store/store.ts';
import type { Write } from '../store/write.ts';

/** The person and the room that a decision is about. */
export interface Subject {
	/** The person who asks. */
	userId: string;
	room?: string;
	/** The hash of an invitation's secret; the invitation names the room. */
	secretHash?: string;
	/** Another person, about whom the asker decides. */
	otherId?: string;
	/** Loads the sessions of the asker. */
	hasSessions?: true;
}

/** The rows on which a decision depends. An engine keeps them as they are until the writes of the decision are committed. */
export interface State {
	/** Undefined where there is none. A room that was closed is there. */
	room: RowOf<'rooms'> | undefined;
	/** The membership of the asker. */
	membership: RowOf<'members'> | undefined;
	/** The number of rooms that the asker is in. */
	roomCount: number;
	/** The members of the room of an invitation: for anything else they are not counted. */
	memberCount: number;
	/** The invitations of the room. */
	invitationCount: number;
	/** The id of the invitation by which the asker comes. */
	invitation: string | undefined;
	/** The other person: a member or not, with the ids of all invitations that they have opened. */
	other: { isMember: boolean; opened: readonly string[] };
	/** The hashes of the tokens of the asker's sessions. */
	sessions: readonly string[];
}

/** The answer to the asker, and the rows to write; none where nothing changes. */
export interface Decision<Outcome> {
	outcome: Outcome;
	writes: readonly Write[];
}

/** A rule: the subject to load, and a pure function of the loaded rows. */
export interface Rule<Args extends unknown[], Outcome> {
	about: (...args: Args) => Subject;
	decide: (state: State, ...args: Args) => Decision<Outcome>;
}

/** An answer that changes nothing. */
export function answer<const Outcome>(outcome: Outcome): Decision<Outcome> {
	return { outcome, writes: [] };
}

/** An answer with what it changes. */
export function change<const Outcome>(outcome: Outcome, ...writes: Write[]): Decision<Outcome> {
	return { outcome, writes };
}

/** The code of a rejection: a private room does not exist for a person who is no member. */
export function rejected({ room, membership }: Pick<State, 'room' | 'membership'>): Rejected {
	return !isOpen(room) || (room.isPrivate && !membership) ? 'not_found' : 'forbidden';
}

/** Tells whether there is a room that was not closed. */
export function isOpen(room: State['room']): room is RowOf<'rooms'> {
	return room?.closedAt === null;
}

/** Tells whether the asker owns the room. */
export function isOwner({ room }: State, userId: string): boolean {
	return isOpen(room) && room.isPrivate && room.ownerId === userId;
}

/** A room as a list of rooms shows it. */
export function toStored({ room, title, ownerId, isPrivate, head, said, lastDeletion }: RowOf<'rooms'>): StoredRoom {
	return { room, title, ownerId, isPrivate, head, said, lastDeletion };
}

/** A membership as its member is told of it. */
export function toMembership(row: RowOf<'rooms'>, { readSeq }: Pick<RowOf<'members'>, 'readSeq'>): Membership {
	return { ...toStored(row), readSeq: Math.max(readSeq, row.emptiedTo) };
}
