import type { Membership } from '../store/store.ts';
import type { Chat, ChatNamespace, ChatSocket } from './chat-types.ts';

// Socket.IO's rooms share one space with the ids of sockets, so ours have prefixes. A room begins with none of ours.
const ROOM = 'room:';
const USER = 'user:';

/** The channel of everybody who is subscribed to a room. */
export function roomChannel(room: string): string {
	return ROOM + room;
}

/** The channel of all connections of a user. */
export function userChannel(userId: string): string {
	return USER + userId;
}

/** The room of a channel; undefined when it is another kind of channel. */
export function roomOf(channel: string): string | undefined {
	return channel.startsWith(ROOM) ? channel.slice(ROOM.length) : undefined;
}

/** The rooms that a connection is subscribed to. */
export function roomsOf(socket: ChatSocket): string[] {
	return [...socket.rooms].flatMap((channel) => roomOf(channel) ?? []);
}

/** Whether a connection is subscribed to a room: that of a member is. */
export function isSubscribed(socket: ChatSocket, room: string): boolean {
	return socket.rooms.has(roomChannel(room));
}

/** The connections in a channel. */
export function socketsIn(namespace: ChatNamespace, channel: string): ChatSocket[] {
	const ids = namespace.adapter.rooms.get(channel) ?? [];
	return [...ids].flatMap((id) => namespace.sockets.get(id) ?? []);
}

/** How many users are connected, and how many rooms have somebody in them. */
export function countChannels(namespace: ChatNamespace): { sessions: number; rooms: number } {
	let [sessions, rooms] = [0, 0];
	for (const channel of namespace.adapter.rooms.keys()) {
		if (channel.startsWith(USER)) sessions += 1;
		else if (channel.startsWith(ROOM)) rooms += 1;
	}
	return { sessions, rooms };
}

/** Subscribes connections to a room of theirs, and sees that its news are followed from its head on. */
export function subscribe(
	{ followers, namespace }: Pick<Chat, 'followers' | 'namespace'>,
	sockets: readonly ChatSocket[],
	{ room, head, said }: Membership
): void {
	// In one process this happens at once, and nothing can come between it and the head.
	for (const socket of sockets) void socket.join(roomChannel(room));
	if (namespace.adapter.rooms.has(roomChannel(room))) followers.follow(room, { head, said });
}
