import type { RowOf } from '../store/schema.ts';
import type { Denied, Membership } from '../store/store.ts';
import type { Write } from '../store/write.ts';

/** Whom and what a decision is about. */
export interface Subject {
	/** Who asks. */
	userId: string;
	room?: string;
	/** Of an invitation, which names the room. */
	secretHash?: string;
	/** Another person, about whom the asker decides. */
	otherId?: string;
	/** Whether the sessions of the asker matter. */
	hasSessions?: true;
}

/** What a decision about its subject depends on: rows as they are until its writes are committed. */
export interface State {
	/** Undefined where there is none. A room that was closed is there. */
	room: RowOf<'rooms'> | undefined;
	/** The membership of the asker. */
	membership: RowOf<'members'> | undefined;
	/** How many rooms the asker is in. */
	roomCount: number;
	/** How many members a private room has, and how many invitations. */
	memberCount: number;
	invitationCount: number;
	/** The id of the invitation by which the asker comes. */
	invitation: string | undefined;
	/** Whether the other person is a member, and the ids of the invitations that they have ever opened. */
	other: { isMember: boolean; opened: readonly string[] };
	/** The hashes of the tokens of the asker's sessions. */
	sessions: readonly string[];
}

/** What a rule decides: what the asker is answered, and what is written. Nothing is written where nothing changes. */
export interface Decision<Outcome> {
	outcome: Outcome;
	writes: readonly Write[];
}

/** A rule: what has to be known, and a pure function of it. */
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

/** The code of a refusal: a private room does not exist for a person who is no member. */
export function denied({ room, membership }: Pick<State, 'room' | 'membership'>): Denied {
	return !isOpen(room) || (room.isPrivate && !membership) ? 'not_found' : 'forbidden';
}

/** Whether there is a room that was not closed. */
export function isOpen(room: State['room']): room is RowOf<'rooms'> {
	return room?.closedAt === null;
}

/** Whether the asker owns the room. */
export function isOwner({ room }: State, userId: string): boolean {
	return isOpen(room) && room.isPrivate && room.ownerId === userId;
}

/** A membership as its member is told of it. */
export function toMembership(
	{ room, title, ownerId, isPrivate, head, emptiedTo }: RowOf<'rooms'>,
	{ readSeq }: Pick<RowOf<'members'>, 'readSeq'>
): Membership {
	return { room, title, ownerId, isPrivate, head, readSeq: Math.max(readSeq, emptiedTo) };
}
