import type { Membership } from '../store/store.ts';
import type { Chat, ChatNamespace, ChatSocket } from './chat-types.ts';

// Socket.IO's rooms share a namespace with socket ids, so channels have prefixes. No socket id begins with them.
const ROOM = 'room:';
const USER = 'user:';

/** The channel of all connections that are subscribed to a room. */
export function roomChannel(room: string): string {
	return ROOM + room;
}

/** The channel of all connections of a user. */
export function userChannel(userId: string): string {
	return USER + userId;
}

/** The room of a channel; undefined for other kinds of channels. */
export function roomOf(channel: string): string | undefined {
	return channel.startsWith(ROOM) ? channel.slice(ROOM.length) : undefined;
}

/** The rooms that a connection is subscribed to. */
export function roomsOf(socket: ChatSocket): string[] {
	return [...socket.rooms].flatMap((channel) => roomOf(channel) ?? []);
}

/** Whether a connection is subscribed to a room. Connections of members are. */
export function isSubscribed(socket: ChatSocket, room: string): boolean {
	return socket.rooms.has(roomChannel(room));
}

/** The connections in a channel. */
export function socketsIn(namespace: ChatNamespace, channel: string): ChatSocket[] {
	const ids = namespace.adapter.rooms.get(channel) ?? [];
	return [...ids].flatMap((id) => namespace.sockets.get(id) ?? []);
}

/** Counts the connected users and the rooms with a subscription. */
export function countChannels(namespace: ChatNamespace): { sessions: number; rooms: number } {
	let [sessions, rooms] = [0, 0];
	for (const channel of namespace.adapter.rooms.keys()) {
		if (channel.startsWith(USER)) sessions += 1;
		else if (channel.startsWith(ROOM)) rooms += 1;
	}
	return { sessions, rooms };
}

/** Subscribes connections to a room of their user, and follows the room from its head on. */
export function subscribe(
	{ followers, namespace }: Pick<Chat, 'followers' | 'namespace'>,
	sockets: readonly ChatSocket[],
	{ room, head, said }: Pick<Membership, 'room' | 'head' | 'said'>
): void {
	// The in-process adapter joins synchronously, so no entry can come between this and the head.
	for (const socket of sockets) void socket.join(roomChannel(room));
	if (namespace.adapter.rooms.has(roomChannel(room))) followers.follow(room, { head, said });
}
