import type { User } from '@digda/protocol';
import type { RowOf } from '../store/schema.ts';
import type { Rejected, Membership, StoredRoom } from '../store/store.ts';
import type { Write } from '../store/write.ts';

/** The person and the room that a decision is about. */
export interface Subject {
	/** The requester. */
	userId: string;
	room?: string;
	/** The hash of an invitation's secret; the invitation names the room. */
	secretHash?: string;
	/** The other person of a direct room. */
	partnerId?: string;
	/** Another person, who is affected by the request. */
	otherId?: string;
	/** Loads the invitations of the room. */
	hasInvitations?: true;
	/** Loads the people whom the requester blocks. */
	hasBlocks?: true;
	/** Loads the sessions of the requester. */
	hasSessions?: true;
}

/** The rows on which a decision depends. The engine locks them until it has committed the writes. */
export interface State {
	/** Undefined if it does not exist. A closed room exists. */
	room: RowOf<'rooms'> | undefined;
	/** The membership of the requester. */
	membership: RowOf<'members'> | undefined;
	/** The number of the requester's rooms, without direct rooms. */
	roomCount: number;
	/** The number of direct rooms that the requester has opened. */
	directCount: number;
	/** The other person of a direct room, and whether the requester shares another room with them. */
	partner: (User & { shares: boolean }) | undefined;
	/** The number of members; counted only for an invitation. */
	memberCount: number;
	/** The invitations of the room; loaded only for a new one. */
	invitations: readonly InvitationState[];
	/** The invitation with the given secret. */
	invitation: InvitationState | undefined;
	/** Whether the other person is a member, and the ids of all invitations that they have opened. */
	other: { isMember: boolean; opened: readonly string[] };
	/** The ids of the people whom the requester blocks. */
	blocked: readonly string[];
	/** The token hashes of the requester's sessions. */
	sessions: readonly string[];
}

/** The part of an invitation that decides whether it is valid. */
export type InvitationState = Pick<RowOf<'invitations'>, 'id' | 'expiresAt' | 'maxUses' | 'uses'>;

/** Whether an invitation admits another person. */
export function isUsable({ expiresAt, maxUses, uses }: InvitationState, now: number): boolean {
	return (expiresAt ?? Infinity) > now && uses < (maxUses ?? Infinity);
}

/** The answer to the requester, and the writes; none if nothing changes. */
export interface Decision<Outcome> {
	outcome: Outcome;
	writes: readonly Write[];
}

/** A rule: the subject to load, and a pure function of the loaded rows. */
export interface Rule<Args extends unknown[], Outcome> {
	about: (...args: Args) => Subject;
	decide: (state: State, ...args: Args) => Decision<Outcome>;
}

/** A decision without writes. */
export function answer<const Outcome>(outcome: Outcome): Decision<Outcome> {
	return { outcome, writes: [] };
}

/** A decision with writes. */
export function change<const Outcome>(outcome: Outcome, ...writes: Write[]): Decision<Outcome> {
	return { outcome, writes };
}

/** The code of a rejection. To a non-member, a private room does not exist. */
export function rejected({ room, membership }: Pick<State, 'room' | 'membership'>): Rejected {
	return !isOpen(room) || (room.isPrivate && !membership) ? 'not_found' : 'forbidden';
}

/** Whether a room exists and is not closed. */
export function isOpen(room: State['room']): room is RowOf<'rooms'> {
	return room?.closedAt === null;
}

/** Whether a person owns a private room that is open. */
export function isOwner({ room }: State, userId: string): boolean {
	return isOpen(room) && room.isPrivate && room.ownerId === userId;
}

/** A room as a list of rooms shows it. */
export function toStored(row: RowOf<'rooms'>): StoredRoom {
	const { room, title, topic, ownerId, isPrivate, head, said, lastDeletion, lastAt } = row;
	return { room, title, topic, ownerId, isPrivate, head, said, lastDeletion, lastAt };
}

/** The columns of a membership that its member sees. */
export type OwnColumns = Pick<RowOf<'members'>, 'readSeq' | 'isPinned' | 'isMuted' | 'isOpener'>;

/**
 * A membership as its member sees it: emptied messages count as read.
 * @param other the other person of a direct room, which is listed for them once it has a message
 */
export function toMembership(
	row: RowOf<'rooms'>,
	{ readSeq, isPinned, isMuted, isOpener }: OwnColumns,
	other?: User
): Membership {
	const membership = { ...toStored(row), readSeq: Math.max(readSeq, row.emptiedTo), isPinned, isMuted };
	if (!other) return membership;
	const isUnlisted = isOpener === false && row.said === 0 && readSeq === 0;
	return { ...membership, title: other.name, other, ...(isUnlisted && { isUnlisted }) };
}
