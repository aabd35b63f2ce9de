import type {
	Entry,
	EntryContent,
	EntryKind,
	Invitation,
	InvitationPreview,
	Member,
	Message,
	Page,
	Quote,
	RoomSettings,
	RoomSummary,
	SettingsChange,
	Target,
	Version,
	User
} from '@digda/protocol';
import type { BatchOutcome } from '../rules/batch.ts';
import type { ConsumerName } from '../rules/consumers/index.ts';
import type { Times } from '../rules/retention.ts';

/** A new entry without a position; its room, id and content are validated. */
export type NewEntry = { [Kind in EntryKind]: NewEntryOf<Kind> }[EntryKind];

export type NewEntryOf<Kind extends EntryKind> = EntryContent<Kind> & {
	kind: Kind;
	room: string;
	/** The UUID from its author's client. */
	id: string;
	author: User;
	isOperator: boolean;
	/** In milliseconds since the epoch. */
	sentAt: number;
};

/** The result of an entry. A rejected entry is not stored. */
export type Appended = Stored | { ok: false; code: NotStored };

/** The position of an entry. */
export interface Stored {
	ok: true;
	/**
	 * False for a repetition, or for a change without effect. The position is then that of the entry that caused the
	 * state.
	 */
	isNew: boolean;
	seq: number;
	sentAt: number;
	/** The number of messages in the room up to and including it. */
	said: number;
	/** The `seq` of the message that it changes. */
	target?: number;
	/** The message that it replies to. */
	quote?: Quote;
	/** Set where only the author of the message sees it. */
	isHidden?: true;
}

/**
 * The reason why an entry was not stored. The author is not a member or lacks the right. The room or the message does
 * not exist, or the message that it replies to. Only the owner of the room may mention everyone. The message was deleted
 * or is full. The id names another entry of this author.
 */
export type NotStored = 'forbidden' | 'not_found' | 'no_source' | 'not_owner' | 'gone' | 'full' | 'id_reused';

/** A new value of a read cursor. */
export interface NewCursor {
	room: string;
	userId: string;
	seq: number;
}

/** The messages nearest before a `seq`, after it, or around it. */
export type Range = { before: number } | { after: number } | { around: number };

/** A range of a room's log, with the head and the topic at that moment. */
export interface Slice extends Omit<Page, 'epoch'> {
	topic: string;
}

/** The part of a room's log that a client holds: from its first message to the last entry. */
export interface Held {
	from: number;
	to: number;
}

/** The range after a part that a client holds. */
export interface Continuation extends Slice {
	/** The id of the entry at `to` of the held part; empty without one. */
	heldId: string;
	/** The changed ones among the last `MAX_HELD_MESSAGES` messages of the held part. */
	changed: Message[];
}

/** A stored room. */
export interface StoredRoom extends Pick<
	RoomSummary,
	'room' | 'title' | 'topic' | 'isPrivate' | 'head' | 'said' | 'lastDeletion' | 'lastAt'
> {
	ownerId: string | null;
}

/** A user's membership in a room. */
export interface Membership extends StoredRoom, RoomSettings {
	readSeq: number;
	/** The other person of a direct room. */
	other?: User;
	/** Set for a direct room that another person has opened and that has no message yet. */
	isUnlisted?: true;
}

/** A new invitation. */
export interface NewInvitation {
	id: string;
	/** In hexadecimal digits. */
	secretHash: string;
	/** Times are milliseconds since the epoch. */
	createdAt: number;
	expiresAt: number | null;
	maxUses: number | null;
}

/** The requester of a change that concerns others. An operator may delete any message and close any room. */
export interface Actor {
	user: User;
	isOperator: boolean;
}

/** The reason why nothing changed. A person who may not see a room gets `not_found`, as if it did not exist. */
export type Rejected = 'forbidden' | 'not_found';

/**
 * A revocation: of a membership, of all memberships of a room, or of all sessions of a user but the newest. `opened` is a
 * new membership that another person has begun, which every node has to apply, too.
 */
export type Revocation =
	| { kind: 'left' | 'removed' | 'opened'; room: string; userId: string }
	| { kind: 'closed'; room: string; userId: null }
	| { kind: 'rotated'; room: null; userId: string };

/** A position in a room's log. */
export interface LogPosition {
	room: string;
	seq: number;
	/** The head at which to evaluate: later deletions do not count. By default the current head. */
	head?: number;
}

/** The numbers of entries that a run of a consumer has read, and that remain in the room. */
export interface Consumed {
	read: number;
	left: number;
}

/** The disk space of a database, in bytes. */
export interface Space {
	usedBytes: number;
	/** The free space for this program; undefined if unknown. */
	freeBytes?: number;
}

/**
 * The log and related data. A write is on disk when its promise resolves. Calls for the same user take effect, and get
 * answers, in the order of the calls. Some reads are outside this order, so that no commit waits for them: `readLog`,
 * `readPage`, `readOn`, `findAt`, `versions`, `reactors`, `saidAt`, `heads`, `publicRooms`, `membersOf`, `preview`.
 * They show at least everything that
 * was answered before the call. Every method rejects with `StoreUnavailable` when the disk fails, not the request: the
 * outcome of a write is then unknown.
 */
export interface Store {
	/** The permanent id of this log; another database has another one. */
	readonly epoch: string;

	/** Whether other nodes may use the same database. */
	readonly isShared: boolean;

	/**
	 * Stores a batch in one transaction: gives each entry the next `seq` of its room, and moves the cursors, never back
	 * and never past the head. It detects repetitions, also within the batch. Changes are folded into their messages. A
	 * deleted message loses its text, its versions and its reactions.
	 * @returns the result of each entry, and the new value of each cursor, null without a membership
	 * @throws {StoreUnavailable} the disk failed, or another process locks the file
	 * @throws {Error} an entry of the batch cannot be stored; then none was
	 */
	append(entries: readonly NewEntry[], cursors: readonly NewCursor[]): Promise<BatchOutcome>;

	/** Reads consecutive entries after a `seq`, hidden ones with their content: at most `limit`, at most a packet, and at least one if any exists. */
	readLog(room: string, after: number, limit: number): Promise<Entry[]>;

	/**
	 * Reads a range of the log for a member, and checks the membership at the same moment. It contains at most `limit`
	 * messages, at most a packet, and at least one if any exists. `around` includes the message itself.
	 * @returns null for a non-member
	 */
	readPage(userId: string, room: string, range: Range, limit: number): Promise<Slice | null>;

	/** Reads the range after the held part, and the changed messages of that part. @returns null for a non-member */
	readOn(userId: string, room: string, held: Held, limit: number): Promise<Continuation | null>;

	/**
	 * Finds the first message at or after a time by a binary search, or the newest one when all are older; 0 without
	 * messages. Clocks may disagree: among messages whose times are out of order it finds any plausible one.
	 * @returns null for a non-member
	 */
	findAt(userId: string, room: string, at: number): Promise<number | null>;

	/**
	 * Counts, for each position, the messages up to it and the deleted messages after it. `said` of the head minus this
	 * count is the number of unread messages of a reader at that position.
	 */
	saidAt(positions: readonly LogPosition[]): Promise<number[]>;

	/**
	 * The newest `MAX_VERSIONS` earlier texts of a message, oldest first, for its author while a member.
	 * @returns `not_found`: there is no such message, or the user is no member; `gone`: it was deleted
	 */
	versions(userId: string, room: string, target: Target): Promise<Version[] | 'not_found' | 'forbidden' | 'gone'>;

	/** The people who have set a mark on a message, for a member; at most `MAX_REACTORS`, by their names. */
	reactors(userId: string, room: string, target: Target, mark: string): Promise<User[] | 'not_found'>;

	/** The heads of rooms; missing rooms are omitted. */
	heads(rooms: readonly string[]): Promise<[room: string, head: number][]>;

	/**
	 * Adds a member, with a read cursor at the head. A new direct room has both of its people as members.
	 * @param makeAt creates a missing public or direct room with this time; without it the answer is `missing`
	 * @returns the membership, or the reason why there is none. `not_found`: the private room does not exist or the
	 * user is not a member, or the room was closed. `forbidden`: the user is in `MAX_ROOMS_PER_USER` rooms, has opened
	 * `MAX_DIRECT_ROOMS` direct ones, or shares no room with the other person of the direct room
	 */
	join(userId: string, room: string, makeAt?: number): Promise<Membership | 'missing' | 'not_found' | 'forbidden'>;

	/** Ends a membership, if any. The owner of a private room and the people of a direct one get `forbidden`. */
	leave(userId: string, room: string): Promise<'done' | 'forbidden'>;

	/** Changes the settings of a membership. @returns all of them, or the reason why there is no membership */
	setRoom(userId: string, room: string, settings: SettingsChange): Promise<RoomSettings | Rejected>;

	/** Creates a private room with its owner as a member. @returns `forbidden`: the owner is in too many rooms */
	createRoom(ownerId: string, room: string, title: string, now: number): Promise<Membership | 'forbidden'>;

	/** Changes the title of a room, for its owner. */
	retitle(userId: string, room: string, title: string): Promise<'done' | Rejected>;

	/**
	 * Closes a room permanently, for its owner or an operator: all memberships end, and its name is never used again.
	 * Closing it again returns the same answer.
	 * @returns its title
	 */
	closeRoom(actor: Actor, room: string, now: number): Promise<{ title: string } | Rejected>;

	/** Finds the title and the topic of an open room. */
	findRoom(room: string): Promise<{ title: string; topic: string } | undefined>;

	/**
	 * The members of a private room, for a member, in the order of their names; for the owner, the invitations that admit
	 * people, too.
	 */
	membersOf(
		userId: string,
		room: string,
		now: number
	): Promise<{ members: Member[]; invitations: Invitation[] } | Rejected>;

	/** Ends the membership of another person, for the owner, and revokes all invitations that they have ever opened. */
	removeMember(ownerId: string, room: string, userId: string): Promise<'done' | Rejected>;

	/**
	 * Creates an invitation to a room, for its owner.
	 * @returns `full`: the room has the most invitations that admit people
	 */
	invite(userId: string, room: string, invitation: NewInvitation): Promise<'done' | 'full' | Rejected>;

	/** Revokes an invitation to a room, for its owner; null revokes all of them. */
	revoke(userId: string, room: string, invitation: string | null): Promise<'done' | Rejected>;

	/** Reads the room of an invitation. */
	preview(userId: string, secretHash: string, now: number): Promise<InvitationPreview | 'not_found'>;

	/** Adds a member by an invitation. @returns `forbidden`: the user is in too many rooms, or the room is full */
	accept(userId: string, secretHash: string, now: number): Promise<Membership | Rejected>;

	/**
	 * Reads the revocations of all nodes after a number, in order.
	 * @param after the last `upTo`; null only returns the current end
	 */
	revocations(after: number | null): Promise<{ upTo: number; revocations: Revocation[] }>;

	/**
	 * The memberships of a user, in the order of the titles. Emptied messages at the beginning of a room count as read.
	 */
	roomsOf(userId: string): Promise<Membership[]>;

	/** The newest message after the stored read cursor that mentions a user, for each of their rooms with any. */
	unreadMentions(userId: string): Promise<{ room: string; seq: number }[]>;

	/** Blocks a person, or ends that. @returns `full`: the user blocks `MAX_BLOCKED` people */
	block(userId: string, blockedId: string, isBlocked: boolean): Promise<'done' | 'full'>;

	/** The ids of the people whom a user blocks, in order. */
	blockedBy(userId: string): Promise<string[]>;

	/**
	 * The public rooms, by newest activity to the second.
	 * @param part only rooms whose names contain this result of `toRoomQuery`
	 */
	publicRooms(limit: number, part?: string): Promise<StoredRoom[]>;

	/** Creates a user and a session. @param tokenHash in hexadecimal digits */
	createSession(tokenHash: string, user: User, now: number): Promise<void>;

	/**
	 * Repositions all sessions of a user by one.
	 * @param from the hash of the requesting session; null for the operator's token of the environment
	 * @returns `unauthorized`: the requesting session has ended, and the new one did not exist
	 */
	rotateSession(tokenHash: string, userId: string, now: number, from: string | null): Promise<'done' | 'unauthorized'>;

	/** Finds the user of a session. */
	findSession(tokenHash: string): Promise<User | undefined>;

	/** Finds a user with the current name. */
	findUser(userId: string): Promise<User | undefined>;

	/** Changes the name of a user. */
	rename(userId: string, name: string): Promise<void>;

	/**
	 * Empties a few old messages, as a deletion does, but without an entry in the log. It empties each room from its
	 * beginning to its first message that is new enough. Repeated calls with the returned `after` process all rooms; a
	 * new pass continues where each room stopped.
	 * @param after the last processed room; an empty string begins
	 * @returns the number of messages that lost a text, and the next `after`: null after the last room
	 */
	emptyOlder(times: Times, after: string): Promise<{ emptied: number; after: string | null }>;

	/**
	 * Runs a consumer on the next entries of a room, in one transaction with its position.
	 * @returns the numbers of read and remaining entries; both 0 while another node runs the consumer on the room
	 */
	consume(name: ConsumerName, room: string): Promise<Consumed>;

	/** The rooms with entries that a consumer has not read, and their number. */
	behind(name: ConsumerName): Promise<{ room: string; lag: number }[]>;

	/** The entries of each kind, as far as the consumer has counted them. */
	countEntries(): Promise<{ kind: string; count: number }[]>;

	/** Measures the disk space of the database. It does not wait for writes. */
	space(): Promise<Space>;

	/** Finishes running calls and closes. Further calls wait for the same result. */
	close(): Promise<void>;
}

/** The disk is full, locked or broken, or the store is reopening: a retry can succeed. */
export class StoreUnavailable extends Error {}

/** The database cannot be used; the message is one line for the operator. */
export class StoreRejection extends Error {}
