import type { Invitation, InvitationPreview, Member, Page, RoomSummary, User } from '@digda/protocol';
import type { BatchOutcome } from '../rules/batch.ts';
import type { Times } from '../rules/retention.ts';

interface NewEntryOf<Kind extends string> {
	kind: Kind;
	room: string;
	/** By which its author names it. */
	id: string;
	author: User;
	/** In milliseconds since the epoch. */
	sentAt: number;
}

/** A message that is to be stored; room, id and text have been checked. */
export interface NewMessage extends NewEntryOf<'message'> {
	text: string;
}

/** An entry that deletes a message: that loses its text. */
export interface NewDeletion extends NewEntryOf<'delete'> {
	isOperator: boolean;
	/** The `seq` of the message. */
	target: number;
}

/** An entry that waits for its place in the log. */
export type NewEntry = NewMessage | NewDeletion;

/** The answer to an entry: `isNew` is false when the log held it already. A rejected entry was not stored. */
export type Appended =
	| { ok: true; isNew: boolean; seq: number; sentAt: number }
	/**
	 * The author is no member or has no right to it, there is no such room or message, the id names another message of
	 * this author, or (`invalid`) what is to be deleted is no message.
	 */
	| { ok: false; code: 'forbidden' | 'not_found' | 'id_reused' | 'invalid' };

/** How far a member has read. */
export interface ReadCursor {
	room: string;
	userId: string;
	seq: number;
}

/** Which messages of a room: the nearest before a `seq`, the nearest after it, or those around it. */
export type Range = { before: number } | { after: number } | { around: number };

/** Consecutive messages, ascending, with the head of the room in the same moment. */
export type Slice = Omit<Page, 'epoch'>;

/** A room as its row in the store says it. */
export interface StoredRoom extends Pick<RoomSummary, 'room' | 'title' | 'isPrivate' | 'head'> {
	ownerId: string | null;
}

/** A room of a user. */
export interface Membership extends StoredRoom {
	readSeq: number;
}

/** Who wants to change what is not theirs alone. An operator may delete and close anything. */
export interface Actor {
	user: User;
	isOperator: boolean;
}

/** Why nothing was changed. To one who may not see a room it is `not_found`, as if there were none. */
export type Denied = 'forbidden' | 'not_found';

/** Revoked: a membership, all memberships of a room, or all sessions of a user but the newest. */
export type Revocation =
	| { kind: 'left' | 'removed'; room: string; userId: string }
	| { kind: 'closed'; room: string; userId: null }
	| { kind: 'renewed'; room: null; userId: string };

/** What a database takes on its disk, in bytes. */
export interface Space {
	usedBytes: number;
	/** What is left on the disk for this program; undefined where that is unknown. */
	freeBytes?: number;
}

/**
 * The log and what belongs to it. Every write is on disk when its promise resolves. Calls that concern the same user
 * take effect, and are answered, in the order in which they are made. Reads of the log, of its public rooms and of lists
 * (`read`, `readAs`, `heads`, `publicRooms`, `membersOf`, `preview`, `goneIn`) have no place in that order, so that no commit
 * waits behind them: they show at least what was answered before they were asked for. Every method rejects with `StoreUnavailable`
 * when the disk, and not the request, is to blame: nobody knows then whether it was stored.
 */
export interface Store {
	/** Names this log for ever; another database has another one. */
	readonly epoch: string;

	/** Whether other nodes may write to it. */
	readonly isShared: boolean;

	/**
	 * Stores a batch in one transaction: gives each entry the next `seq` of its room and moves the cursors,
	 * never back and never past the head. Duplicates are settled here, those within the batch too. A deleted message
	 * loses its text.
	 * @returns what became of each entry, and each cursor as it is now, null without such a membership
	 * @throws {StoreUnavailable} the disk failed, or another process holds the file
	 * @throws {Error} an entry of the batch cannot be stored; then none was
	 */
	append(entries: readonly NewEntry[], cursors: readonly ReadCursor[]): Promise<BatchOutcome>;

	/**
	 * Reads consecutive messages, at most `limit` and what fits into a packet, at least one when there is one.
	 * `around` includes the message itself; a room that does not exist has head 0.
	 */
	read(room: string, range: Range, limit: number): Promise<Slice>;

	/** The same for a user, whose membership is looked up in the same moment. @returns null for one who is no member */
	readAs(userId: string, room: string, range: Range, limit: number): Promise<Slice | null>;

	/** The heads of rooms; one that does not exist is left out. */
	heads(rooms: readonly string[]): Promise<[room: string, head: number][]>;

	/**
	 * Makes a user a member. A first join reads up to the head.
	 * @param makeAt makes a public room that does not exist, with this time; without it that is `missing`
	 * @returns the membership, or why there is none: `not_found` a private room that does not exist or is not the
	 * user's, or a room that was closed, `forbidden` the user is in `MAX_ROOMS_PER_USER` rooms
	 */
	join(userId: string, room: string, makeAt?: number): Promise<Membership | 'missing' | 'not_found' | 'forbidden'>;

	/** Ends a membership, if there is one. The owner of a private room is `forbidden` to leave it. */
	leave(userId: string, room: string): Promise<'done' | 'forbidden'>;

	/** Makes a private room with its owner as a member. @returns `forbidden`: the owner is in too many rooms */
	createRoom(ownerId: string, room: string, title: string, now: number): Promise<Membership | 'forbidden'>;

	/** Changes the title of a room of one's own. */
	retitle(userId: string, room: string, title: string): Promise<'done' | Denied>;

	/**
	 * Closes a room of one's own, an operator any: everybody leaves it, and its name is never used again. Closing again
	 * is answered as the first time.
	 * @returns its title
	 */
	closeRoom(actor: Actor, room: string, now: number): Promise<{ title: string } | Denied>;

	/** Whether there is such a room, and what it is called. */
	findRoom(room: string): Promise<{ title: string } | undefined>;

	/** The members of a private room that one is in, by name; to its owner, the invitations too. */
	membersOf(userId: string, room: string): Promise<{ members: Member[]; invitations: Invitation[] } | Denied>;

	/** Ends somebody else's membership in a room of one's own, and all invitations that they have ever opened. */
	removeMember(ownerId: string, room: string, userId: string): Promise<'done' | Denied>;

	/**
	 * Makes an invitation to a room of one's own.
	 * @param secretHash in hexadecimal digits
	 * @returns `full`: there are as many as there may be
	 */
	invite(
		userId: string,
		room: string,
		invitation: { id: string; secretHash: string; createdAt: number }
	): Promise<'done' | 'full' | Denied>;

	/** Ends an invitation to a room of one's own; null ends all of them. */
	revoke(userId: string, room: string, invitation: string | null): Promise<'done' | Denied>;

	/** What an invitation leads to; changes nothing. */
	preview(userId: string, secretHash: string): Promise<InvitationPreview | 'not_found'>;

	/** Makes a user a member by an invitation. @returns `forbidden`: they are in too many rooms, or it is full */
	accept(userId: string, secretHash: string): Promise<Membership | Denied>;

	/** For each room, the places after a `seq` where nothing is to be read: what was taken back, and what says so. */
	goneIn(places: readonly { room: string; after: number }[]): Promise<number[][]>;

	/**
	 * What was revoked since, in order, by whichever node.
	 * @param after as it was answered the last time; null only asks where the end is now
	 */
	revocations(after: number | null): Promise<{ upTo: number; revocations: Revocation[] }>;

	/** The rooms of which a user is a member, by name. Emptied messages at the beginning of a room count as read. */
	roomsOf(userId: string): Promise<Membership[]>;

	/** Public rooms, those with the newest activity first, to the second. */
	publicRooms(limit: number): Promise<StoredRoom[]>;

	/** Makes a user and their session. @param tokenHash in hexadecimal digits */
	createSession(tokenHash: string, user: User, now: number): Promise<void>;

	/**
	 * Makes a session of a user the only one.
	 * @param from the hash of the session that asks; null asks in the name of the environment
	 * @returns `unauthorized`: that session has ended, and the new one was not made before
	 */
	renewSession(tokenHash: string, userId: string, now: number, from: string | null): Promise<'done' | 'unauthorized'>;

	/** Whose session it is. */
	findSession(tokenHash: string): Promise<User | undefined>;

	/** A user by id, as they are called now. */
	findUser(userId: string): Promise<User | undefined>;

	/** Changes what a user is called from now on. */
	rename(userId: string, name: string): Promise<void>;

	/**
	 * Empties a few messages that are older than a moment, as a deletion empties them: their text is gone, everything else
	 * stays, and the log gets no entry. Every room is emptied from its beginning to its first message that is new enough.
	 * Called again and again with the answer of before, it goes through all rooms; begun anew, it goes on where it was.
	 * @param after the room after which it goes on; an empty string begins
	 * @returns how many messages have lost a text, and where to go on: null after the last room
	 */
	emptyOlder(times: Times, after: string): Promise<{ emptied: number; after: string | null }>;

	/** How much the database takes on its disk. It waits for nothing that writes. */
	space(): Promise<Space>;

	/** Finishes what was begun and closes; calling it again waits for the same end. */
	close(): Promise<void>;
}

/** The disk is full, locked or broken, or the store is just being reopened: worth a retry. */
export class StoreUnavailable extends Error {}

/** The database cannot be used at all; the message is one line for the person who starts the server. */
export class StoreRefusal extends Error {}
