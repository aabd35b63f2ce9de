import type * as v from 'valibot';
import type { ENTRY_KINDS, Entry, EntryKind, EntryPayload, Message } from './entries/index.ts';
import type { Nothing, Reply } from './reply.ts';
import type {
	AcceptInvitation,
	CloseRoom,
	CreateRoom,
	Invite,
	JoinRoom,
	LeaveRoom,
	ListMembers,
	ListRooms,
	MarkRead,
	Ping,
	PreviewInvitation,
	ReadHistory,
	RemoveMember,
	Rename,
	RenameRoom,
	RotateSession,
	Revoke,
	SetTyping
} from './requests.ts';

/** The namespace of the rooms. */
export const CHAT_NAMESPACE = '/chat';

/** A person: `id` is unique and for ever, `name` is neither. */
export interface User {
	id: string;
	name: string;
}

/** The end of a room's log. */
export interface Head {
	/** The `seq` of the newest entry, 0 without one. */
	head: number;
	/** The number of `message` entries in the room. */
	said: number;
}

/** How far a member has read. `said` of the head less `readSaid` messages are unread. */
export interface ReadCursor {
	/** The `seq` up to which they have read; 0 in a room where they are no member. */
	readSeq: number;
	/** `said` at that entry, and the messages after it that were deleted. */
	readSaid: number;
}

/** A room as a list shows it. */
export interface RoomSummary extends Head, ReadCursor {
	room: string;
	title: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** The `seq` of the newest entry that deletes a message, 0 without one. */
	lastDeletion: number;
	/** How many people are present. */
	memberCount: number;
	/** Whether the asker is a member. */
	isMember: boolean;
}

/** A member of a private room, present or not. */
export interface Member extends User {
	isOwner: boolean;
}

/** What lets people into a private room until it is revoked. Its secret was told once, to whoever made it. */
export interface Invitation {
	id: string;
	/** In milliseconds since the epoch. */
	createdAt: number;
	/** How many members came by it and are still there. */
	memberCount: number;
}

/** The private room behind an invitation, as somebody sees it before they accept. */
export interface InvitationPreview {
	title: string;
	/** How many members the room has, online or not. */
	memberCount: number;
	/** Whether the asker is a member already. */
	isMember: boolean;
}

/** The answer to a member who joins. */
export interface JoinedRoom extends Page, ReadCursor {
	/** The identifier as the server spells it. */
	room: string;
	title: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** The client's messages are not a part of this log, or too many of them have changed: the page is the latest, the rest is void. */
	reset: boolean;
	members: User[];
	memberCount: number;
}

/** Who came to a room and left it within a second; `memberCount` is of all who are present. */
export interface PresenceChange {
	joined: User[];
	left: User['id'][];
	memberCount: number;
}

/** A range of a room's log, with the head in the same moment. Entries that change messages are folded into them. */
export interface Page extends Head {
	/** Names the log; another one after a change of the database. */
	epoch: string;
	/** The `seq` of the first entry of the range. */
	from: number;
	/** The `seq` of the last entry of the range; one before `from` in an empty one. */
	to: number;
	/** The id of the entry at `to`; empty where there is none. */
	toId: string;
	/**
	 * The messages of the range, ascending, as they are at the head. The answer to a join begins with those that the client holds
	 * and that have changed since.
	 */
	messages: Message[];
}

/** The place where an entry was stored. */
export interface StoredEntry extends Pick<Entry, 'id' | 'seq' | 'sentAt'> {
	room: string;
}

interface Request<Schema extends v.GenericSchema, Data> {
	payload: v.InferInput<Schema>;
	data: Data;
}

/** The requests that send entries, one for each kind. A stored entry that is sent again is answered with its place. */
type EntryRequests = {
	[Kind in EntryKind as (typeof ENTRY_KINDS)[Kind]['request']]: { payload: EntryPayload<Kind>; data: StoredEntry };
};

/** Every request of the chat: its payload and the data of a good reply. */
export interface ChatRequests extends EntryRequests {
	/** Answered at once: how long that takes is the round trip of the connection. */
	'connection:ping': Request<typeof Ping, Nothing>;
	'room:list': Request<typeof ListRooms, { rooms: RoomSummary[] }>;
	'room:join': { payload: JoinRoom; data: JoinedRoom };
	'room:leave': Request<typeof LeaveRoom, Nothing>;
	/** Makes a private room; its maker owns it. */
	'room:create': Request<typeof CreateRoom, { room: string; title: string }>;
	'room:rename': Request<typeof RenameRoom, { title: string }>;
	'room:close': Request<typeof CloseRoom, Nothing>;
	'room:members': Request<typeof ListMembers, { members: Member[]; invitations: Invitation[] }>;
	'room:remove': Request<typeof RemoveMember, Nothing>;
	/** Makes an invitation and tells its secret, once. */
	'room:invite': Request<typeof Invite, { invitation: string; secret: string }>;
	'room:revoke': Request<typeof Revoke, Nothing>;
	'room:preview': Request<typeof PreviewInvitation, InvitationPreview>;
	'room:accept': Request<typeof AcceptInvitation, { room: string; title: string }>;
	'history:read': { payload: ReadHistory; data: Page };
	'read:mark': Request<typeof MarkRead, ReadCursor>;
	/** Makes a token that of the only session of this person, and ends every other connection. */
	'session:rotate': Request<typeof RotateSession, Nothing>;
	'session:rename': Request<typeof Rename, { user: User }>;
}
export type RequestName = keyof ChatRequests;
export type RequestPayload<Name extends RequestName> = ChatRequests[Name]['payload'];
export type RequestData<Name extends RequestName> = ChatRequests[Name]['data'];

/** What a client may emit in the namespace `/chat`. */
export type ChatClientToServer = {
	[Name in RequestName]: (payload: RequestPayload<Name>, reply: (reply: Reply<RequestData<Name>>) => void) => void;
} & {
	/** Volatile: nobody misses one that is lost. */
	'typing:set': (payload: v.InferInput<typeof SetTyping>) => void;
};

/** What the server emits in the namespace `/chat`. */
export interface ChatServerToClient {
	/** Who one is, right after the connection; the token once, when it was just made. */
	'session:ready': (ready: { user: User; token?: string; isOperator?: true }) => void;
	/** New entries, ascending and without a hole, to every member, the author too. */
	'entry:new': (news: { room: string; entries: Entry[] }) => void;
	/** The heads of the member's rooms, again and again; a head comes after its entries. */
	'room:heads': (news: { heads: Record<string, Head> }) => void;
	/** A room is called something else. */
	'room:changed': (change: { room: string; title: string }) => void;
	/** One is no longer a member. */
	'room:left': (news: { room: string; reason: 'left' | 'removed' | 'closed' }) => void;
	'presence:changed': (change: PresenceChange & { room: string }) => void;
	'typing:changed': (change: { room: string; user: User; isTyping: boolean }) => void;
	/** How far one has read, said on another of one's own connections. */
	'read:changed': (change: { room: string } & ReadCursor) => void;
	'user:renamed': (change: { user: User }) => void;
}
