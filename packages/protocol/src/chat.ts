import type * as v from 'valibot';
import type { Nothing, Reply } from './reply.ts';
import type {
	AcceptInvitation,
	CloseRoom,
	CreateRoom,
	DeleteMessage,
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
	RenewSession,
	Revoke,
	SendMessage,
	SetTyping
} from './requests.ts';

/** The namespace of the rooms. */
export const CHAT_NAMESPACE = '/chat';

/** A person: `id` is unique and for ever, `name` is neither. */
export interface User {
	id: string;
	name: string;
}

/** An entry of a room's log. */
export interface Message {
	/** Its place in the room: 1, 2, 3 … without a hole. */
	seq: number;
	/** The UUID that its author's client gave it. */
	id: string;
	/** `name` is the one at the time of sending. */
	author: User;
	text: string;
	/** The server's clock when it arrived, in milliseconds since the epoch. Never an order. */
	sentAt: number;
	/** The `seq` of the message that this entry takes back; then its own text is empty. */
	deletes?: number;
}

/** A room as a list shows it. */
export interface RoomSummary {
	room: string;
	title: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** The `seq` of the newest message, 0 without one. */
	head: number;
	/** The `seq` up to which the asker has read; 0 in a room where they are no member. */
	readSeq: number;
	/** Places after `readSeq` where nothing is to be read: messages that were deleted, and the entries that say so. */
	gone: number[];
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

/** What joining answers with. */
export interface JoinedRoom {
	/** The identifier as the server spells it. */
	room: string;
	title: string;
	isPrivate: boolean;
	isOwner: boolean;
	/** Names the log; another one after a change of the database. */
	epoch: string;
	head: number;
	readSeq: number;
	/** What the client holds is not a part of this log: `messages` is the latest page, the rest is void. */
	reset: boolean;
	messages: Message[];
	members: User[];
	memberCount: number;
}

/** Who came to a room and left it within a second; `memberCount` is of all who are present. */
export interface PresenceChange {
	joined: User[];
	left: User['id'][];
	memberCount: number;
}

/** Consecutive messages of a room, ascending, and its head at that moment. */
export interface Page {
	epoch: string;
	head: number;
	messages: Message[];
}

/** Where a message was stored. */
export interface SentMessage extends Pick<Message, 'id' | 'seq' | 'sentAt'> {
	room: string;
}

interface Request<Schema extends v.GenericSchema, Data> {
	payload: v.InferInput<Schema>;
	data: Data;
}

/** Every request of the chat: what goes to the server and what a good reply holds. */
export interface ChatRequests {
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
	'message:send': { payload: SendMessage; data: SentMessage };
	/** Answers with the place of the entry that says so; again, when it was deleted before. */
	'message:delete': Request<typeof DeleteMessage, { seq: number }>;
	'history:read': { payload: ReadHistory; data: Page };
	'read:mark': Request<typeof MarkRead, { readSeq: number }>;
	/** Makes a token that of the only session of this person, and ends every other connection. */
	'session:renew': Request<typeof RenewSession, Nothing>;
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
	/** New messages, ascending and without a hole, to every member, the sender too. */
	'message:new': (news: { room: string; messages: Message[] }) => void;
	/** The heads of one's rooms, again and again; a head comes after its messages. */
	'room:heads': (news: { heads: Record<string, number> }) => void;
	/** A room is called something else. */
	'room:changed': (change: { room: string; title: string }) => void;
	/** One is no longer a member. */
	'room:left': (news: { room: string; reason: 'left' | 'removed' | 'closed' }) => void;
	'presence:changed': (change: PresenceChange & { room: string }) => void;
	'typing:changed': (change: { room: string; user: User; isTyping: boolean }) => void;
	/** How far one has read, said on another of one's own connections. */
	'read:changed': (change: { room: string; readSeq: number }) => void;
	'user:renamed': (change: { user: User }) => void;
}
