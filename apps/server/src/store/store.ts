import type {
	Entry,
	EntryContent,
	EntryKind,
	Invitation,
	InvitationPreview,
	Member,
	Message,
	Page,
	RoomSummary,
	User
} from '@digda/protocol';
import type { BatchOutcome } from '../rules/batch.ts';
import type { ConsumerName } from '../rules/consumers/index.ts';
import type { Times } from '../rules/retention.ts';

/** An entry that waits for its place in the log; its room, id and content have been checked. */
export type NewEntry = { [Kind in EntryKind]: NewEntryOf<Kind> }[EntryKind];

export type NewEntryOf<Kind extends EntryKind> = EntryContent<Kind> & {
	kind: Kind;
	room: string;
	/** By which its author names it. */
	id: string;
	author: User;
	isOperator: boolean;
	/** In milliseconds since the epoch. */
	sentAt: number;
};

/** The answer to an entry. A rejected entry was not stored. */
export type Appended = Stored | { ok: false; code: NotStored };

/** The place of an entry. */
export interface Stored {
	ok: true;
	/** False when the log held it already, or held all that it asks for: then this is the place of what made it so. */
	isNew: boolean;
	seq: number;
	sentAt: number;
	/** The number of messages in the room up to it. */
	said: number;
	/** The `seq` of the message that it changes. */
	target?: number;
}

/**
 * The reason why an entry was not stored. The author is no member or may not do it, there is no such room or message, the message
 * was deleted or has no place for it, or the id names another entry of this author.
 */
export type NotStored = 'forbidden' | 'not_found' | 'gone' | 'full' | 'id_reused';

/** How far a member has read. */
export interface NewCursor {
	room: string;
	userId: string;
	seq: number;
}

/** Messages of a room: the nearest before a `seq`, the nearest after it, or those around it. */
export type Range = { before: number } | { after: number } | { around: number };

/** A range of a room's log, with the head in the same moment. */
export type Slice = Omit<Page, 'epoch'>;

/** The part of a room's log that a client holds: from its first message to the last entry. */
export interface Held {
	from: number;
	to: number;
}

/** The range after a part that a client holds. */
export interface Continuation extends Slice {
	/** The id of the entry at `to` of the part; empty where there is none. */
	heldId: string;
	/** The last `MAX_HELD_MESSAGES` messages of the part, as far as they were changed by entries after it. */
	changed: Message[];
}

/** A room as its row in the store says it. */
export interface StoredRoom extends Pick<
	RoomSummary,
	'room' | 'title' | 'isPrivate' | 'head' | 'said' | 'lastDeletion'
> {
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
export type Rejected = 'forbidden' | 'not_found';

/** Revoked: a membership, all memberships of a room, or all sessions of a user but the newest. */
export type Revocation =
	| { kind: 'left' | 'removed'; room: string; userId: string }
	| { kind: 'closed'; room: string; userId: null }
	| { kind: 'rotated'; room: null; userId: string };

/** A place in a room's log. */
export interface LogPosition {
	room: string;
	seq: number;
	/** The head at which the log is looked at: later deletions do not count. Without it the log is as it is now. */
	head?: number;
}

/** The numbers of entries that a consumer has read in a run, and that are left in the room. */
export interface Consumed {
	read: number;
	left: number;
}

/** What a database takes on its disk, in bytes. */
export interface Space {
	usedBytes: number;
	/** What is left on the disk for this program; undefined where that is unknown. */
	freeBytes?: number;
}

/**
 * The log and what belongs to it. Every write is on disk when its promise resolves. Calls that concern the same user
 * take effect, and are answered, in the order in which they are made. Reads of the log, of its public rooms and of lists
 * (`readLog`, `readPage`, `readOn`, `saidAt`, `heads`, `publicRooms`, `membersOf`, `preview`) have no place in that order, so that no commit
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
	 * never back and never past the head. Duplicates are settled here, those within the batch too. Entries that change a message
	 * are folded into it. A deleted message loses its text, its versions and all that others have added to it.
	 * @returns what became of each entry, and each cursor as it is now, null without such a membership
	 * @throws {StoreUnavailable} the disk failed, or another process holds the file
	 * @throws {Error} an entry of the batch cannot be stored; then none was
	 */
	append(entries: readonly NewEntry[], cursors: readonly NewCursor[]): Promise<BatchOutcome>;

	/** Reads consecutive entries after a `seq`, at most `limit` and what fits into a packet, at least one when there is one. */
	readLog(room: string, after: number, limit: number): Promise<Entry[]>;

	/**
	 * Reads a range of the log for a member, whose membership is looked up in the same moment. It holds at most `limit` messages and
	 * what fits into a packet, at least one when there is one. `around` includes the message itself.
	 * @returns null for one who is no member
	 */
	readPage(userId: string, room: string, range: Range, limit: number): Promise<Slice | null>;

	/** Reads the range after what a member holds, and what has changed in that. @returns null for one who is no member */
	readOn(userId: string, room: string, held: Held, limit: number): Promise<Continuation | null>;

	/**
	 * For each place in a log, the number of messages up to it and of those after it that were deleted: `said` of the head less that
	 * are not read by somebody who has read so far.
	 */
	saidAt(places: readonly LogPosition[]): Promise<number[]>;

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
	retitle(userId: string, room: string, title: string): Promise<'done' | Rejected>;

	/**
	 * Closes a room of one's own, an operator any: everybody leaves it, and its name is never used again. Closing again
	 * is answered as the first time.
	 * @returns its title
	 */
	closeRoom(actor: Actor, room: string, now: number): Promise<{ title: string } | Rejected>;

	/** Whether there is such a room, and what it is called. */
	findRoom(room: string): Promise<{ title: string } | undefined>;

	/** The members of a private room that one is in, by name; to its owner, the invitations too. */
	membersOf(userId: string, room: string): Promise<{ members: Member[]; invitations: Invitation[] } | Rejected>;

	/** Ends somebody else's membership in a room of one's own, and all invitations that they have ever opened. */
	removeMember(ownerId: string, room: string, userId: string): Promise<'done' | Rejected>;

	/**
	 * Makes an invitation to a room of one's own.
	 * @param secretHash in hexadecimal digits
	 * @returns `full`: there are as many as there may be
	 */
	invite(
		userId: string,
		room: string,
		invitation: { id: string; secretHash: string; createdAt: number }
	): Promise<'done' | 'full' | Rejected>;

	/** Ends an invitation to a room of one's own; null ends all of them. */
	revoke(userId: string, room: string, invitation: string | null): Promise<'done' | Rejected>;

	/** What an invitation leads to; changes nothing. */
	preview(userId: string, secretHash: string): Promise<InvitationPreview | 'not_found'>;

	/** Makes a user a member by an invitation. @returns `forbidden`: they are in too many rooms, or it is full */
	accept(userId: string, secretHash: string): Promise<Membership | Rejected>;

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
	rotateSession(tokenHash: string, userId: string, now: number, from: string | null): Promise<'done' | 'unauthorized'>;

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

	/**
	 * Has a consumer work on the next entries of a room, in one transaction with its position.
	 * @returns how many it has read, and how many are left; none while another node has it work on the room
	 */
	consume(name: ConsumerName, room: string): Promise<Consumed>;

	/** The rooms with entries that a consumer has not read, and how many. */
	behind(name: ConsumerName): Promise<{ room: string; lag: number }[]>;

	/** The number of entries of each kind, as far as they were counted by their consumer. */
	countEntries(): Promise<{ kind: string; count: number }[]>;

	/** How much the database takes on its disk. It waits for nothing that writes. */
	space(): Promise<Space>;

	/** Finishes what was begun and closes; calling it again waits for the same end. */
	close(): Promise<void>;
}

/** The disk is full, locked or broken, or the store is just being reopened: worth a retry. */
export class StoreUnavailable extends Error {}

/** The database cannot be used at all; the message is one line for the person who starts the server. */
export class StoreRejection extends Error {}
