import type * as v from 'valibot';
import type { ENTRY_KINDS, Entry, EntryKind, EntryPayload, Message } from './entries/index.ts';
import type { Nothing, Reply } from './reply.ts';
import type {
	AcceptInvitation,
	BlockPerson,
	CloseRoom,
	CreateRoom,
	FindHistory,
	FindRooms,
	Invite,
	JoinRoom,
	LeaveRoom,
	ListMembers,
	ListRooms,
	MarkRead,
	Ping,
	PreviewInvitation,
	ReadHistory,
	ReadReactors,
	ReadVersions,
	RemoveMember,
	Rename,
	RenameRoom,
	RotateSession,
	Revoke,
	SetRoom,
	SetTyping
} from './requests.ts';

/** The Socket.IO namespace of the chat. */
export const CHAT_NAMESPACE = '/chat';

/** A person. The `id` is unique and never changes; the `name` is neither unique nor fixed. */
export interface User {
	id: string;
	name: string;
}

/** The end of a room's log. */
export interface Head {
	/** The `seq` of the newest entry; 0 in an empty log. */
	head: number;
	/** The number of `message` entries in the room. */
	said: number;
}

/** How far a member has read. The unread messages number `said` of the head minus `readSaid`. */
export interface ReadCursor {
	/** The `seq` up to which the member has read; 0 for a person who is not a member. */
	readSeq: number;
	/** `said` at that entry, plus the number of later messages that were deleted. */
	readSaid: number;
}

/** What a member has set for a room, for themselves alone. */
export interface RoomSettings {
	/** Whether the room comes before the others in the member's list. */
	isPinned: boolean;
	/** Whether the room stays out of the member's totals and notifications. */
	isMuted: boolean;
}

/** A room in the answer to `room:list`. */
export interface RoomSummary extends Head, ReadCursor, RoomSettings {
	room: string;
	title: string;
	/** Empty without one. */
	topic: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** The `seq` of the newest `delete` entry; 0 without one. */
	lastDeletion: number;
	/**
	 * The time of the newest message, or of the creation of a room without messages: to the second, in milliseconds since
	 * the epoch.
	 */
	lastAt: number;
	/** The `seq` of the newest unread message of another person that mentions the requester or everyone; 0 without one. */
	lastMention: number;
	/** Whether there is such a message. */
	isMentioned: boolean;
	/** The number of members who are online. */
	memberCount: number;
	/** Whether the requester is a member. */
	isMember: boolean;
	/** The other person of a direct room, whose current name is the title. */
	other?: User;
	/** Set while the requester blocks the other person. */
	isBlocked?: true;
}

/** A member of a private room, online or offline. */
export interface Member extends User {
	isOwner: boolean;
}

/**
 * A way to join a private room, valid until it is revoked, expires or is used up. The server returns its secret once, to
 * the person who created it.
 */
export interface Invitation {
	id: string;
	/** In milliseconds since the epoch. */
	createdAt: number;
	/** In milliseconds since the epoch; absent for one that does not expire. */
	expiresAt?: number;
	/** The number of people who may join with it; absent for one without a limit. */
	maxUses?: number;
	/** The number of current members who joined with it. */
	memberCount: number;
}

/** The private room of an invitation, as a person sees it before accepting. */
export interface InvitationPreview {
	title: string;
	/** The number of members, online or offline. */
	memberCount: number;
	/** Whether the requester is already a member. */
	isMember: boolean;
}

/** The answer to `room:join`. */
export interface JoinedRoom extends Page, ReadCursor {
	/** The identifier in the server's spelling. */
	room: string;
	title: string;
	/** The topic at the head; empty without one. */
	topic: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** The other person of a direct room, whose current name is the title. */
	other?: User;
	/**
	 * True when the client must drop its messages: they belong to another log, or too many have changed. The page is
	 * the latest.
	 */
	reset: boolean;
	members: User[];
	memberCount: number;
}

/** The people who came online or went offline in a room within a second. `memberCount` counts all who are online. */
export interface PresenceChange {
	joined: User[];
	left: User['id'][];
	memberCount: number;
}

/** A range of a room's log, with the head at that moment. Entries that change messages are folded into them. */
export interface Page extends Head {
	/** Identifies the log. A replaced or restored database has another epoch. */
	epoch: string;
	/** The `seq` of the first entry of the range. */
	from: number;
	/** The `seq` of the last entry of the range; `from - 1` for an empty range. */
	to: number;
	/** The id of the entry at `to`; empty when there is none. */
	toId: string;
	/**
	 * The messages of the range, ascending, in their state at the head. The answer to a join begins with the messages
	 * that the client holds and that have changed since.
	 */
	messages: Message[];
}

/** An earlier text of a message, and the time when it was sent in milliseconds since the epoch. */
export interface Version {
	text: string;
	sentAt: number;
}

/** The position of a stored entry. */
export interface StoredEntry extends Pick<Entry, 'id' | 'seq' | 'sentAt'> {
	room: string;
}

interface Request<Schema extends v.GenericSchema, Data> {
	payload: v.InferInput<Schema>;
	data: Data;
}

/**
 * The requests that send entries, one per kind. When a client sends a stored entry again, the server answers with its
 * position.
 */
type EntryRequests = {
	[Kind in EntryKind as (typeof ENTRY_KINDS)[Kind]['request']]: { payload: EntryPayload<Kind>; data: StoredEntry };
};

/** Every request of the chat, with its payload and the data of a successful reply. */
export interface ChatRequests extends EntryRequests {
	/** Measures the round trip of the connection: the server answers at once. */
	'connection:ping': Request<typeof Ping, Nothing>;
	'room:list': Request<typeof ListRooms, { rooms: RoomSummary[] }>;
	/** Finds public rooms, the newest activity first, at most `MAX_FOUND_ROOMS`. */
	'room:find': Request<typeof FindRooms, { rooms: RoomSummary[] }>;
	'room:join': { payload: JoinRoom; data: JoinedRoom };
	'room:leave': Request<typeof LeaveRoom, Nothing>;
	/** Pins or mutes a room for the requester. An absent field stays as it is. */
	'room:set': Request<typeof SetRoom, RoomSettings>;
	/** Creates a private room. Its creator becomes the owner. */
	'room:create': Request<typeof CreateRoom, { room: string; title: string }>;
	'room:rename': Request<typeof RenameRoom, { title: string }>;
	'room:close': Request<typeof CloseRoom, Nothing>;
	'room:members': Request<typeof ListMembers, { members: Member[]; invitations: Invitation[] }>;
	'room:remove': Request<typeof RemoveMember, Nothing>;
	/** Creates an invitation and returns its secret, once. */
	'room:invite': Request<typeof Invite, { invitation: string; secret: string }>;
	'room:revoke': Request<typeof Revoke, Nothing>;
	'room:preview': Request<typeof PreviewInvitation, InvitationPreview>;
	'room:accept': Request<typeof AcceptInvitation, { room: string; title: string }>;
	/** The earlier versions of an own message, oldest first; the answer is limited to the newest ones that fit. */
	'message:versions': Request<typeof ReadVersions, { versions: Version[] }>;
	/** The people who have set a reaction, at most `MAX_REACTORS`, with their present names. */
	'message:reactors': Request<typeof ReadReactors, { people: User[] }>;
	'history:read': { payload: ReadHistory; data: Page };
	/**
	 * Finds the `seq` of the first message at or after a time, or of the newest message when all are older; 0 in a room
	 * without messages.
	 */
	'history:find': Request<typeof FindHistory, { seq: number }>;
	'read:mark': Request<typeof MarkRead, ReadCursor>;
	/** Replaces all sessions of the person by one with this token, and disconnects every other connection. */
	'session:rotate': Request<typeof RotateSession, Nothing>;
	/** Blocks a person, or ends that. The person is not told. */
	'person:block': Request<typeof BlockPerson, Nothing>;
	'session:rename': Request<typeof Rename, { user: User }>;
}
export type RequestName = keyof ChatRequests;
export type RequestPayload<Name extends RequestName> = ChatRequests[Name]['payload'];
export type RequestData<Name extends RequestName> = ChatRequests[Name]['data'];

/** The events that a client may emit in the namespace `/chat`. */
export type ChatClientToServer = {
	[Name in RequestName]: (payload: RequestPayload<Name>, reply: (reply: Reply<RequestData<Name>>) => void) => void;
} & {
	/** Volatile: a lost one does no harm. */
	'typing:set': (payload: v.InferInput<typeof SetTyping>) => void;
};

/** The events that the server emits in the namespace `/chat`. */
export interface ChatServerToClient {
	/**
	 * The user of the connection, sent right after it opens. The token comes once, with a new session. `blocked` has the ids
	 * of the people whom the user blocks; it is absent when there are none.
	 */
	'session:ready': (ready: { user: User; token?: string; isOperator?: true; blocked?: string[] }) => void;
	/** New entries, ascending and without a gap, to every member including the author. */
	'entry:new': (event: { room: string; entries: Entry[] }) => void;
	/** The heads of the member's rooms, sent periodically. A head follows its entries. */
	'room:heads': (event: { heads: Record<string, Head> }) => void;
	/** A room has a new title. A new topic is an entry. */
	'room:changed': (change: { room: string; title: string; topic: string }) => void;
	/** Another connection of the same person has pinned or muted a room. */
	'room:settings': (change: { room: string } & RoomSettings) => void;
	/** The receiver is no longer a member. */
	'room:left': (event: { room: string; reason: 'left' | 'removed' | 'closed' }) => void;
	'presence:changed': (change: PresenceChange & { room: string }) => void;
	'typing:changed': (change: { room: string; user: User; isTyping: boolean }) => void;
	/** The read cursor moved through another connection of the same person. */
	'read:changed': (change: { room: string } & ReadCursor) => void;
	/** Another connection of the same person has blocked a person, or ended that. */
	'person:blocked': (change: { userId: string; isBlocked: boolean }) => void;
	'user:renamed': (change: { user: User }) => void;
}
