import { roomChannel, socketsIn, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';
import { cursorsOf, UNREAD } from '../messages/read-cursors.ts';

/**
 * Applies the events of other nodes to the connections of this node. Names, titles and memberships come from the store.
 */
export function serveNodeEvents(chat: Chat): void {
	const { namespace, store, nodes, presence, revocations, log } = chat;

	nodes.on('typing:change', ({ room, user, isTyping }) => {
		namespace.local.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
	});

	nodes.on('user:rename', ({ userId, rooms }) => attempt(rename(userId, rooms)));

	nodes.on('user:change', ({ userId, blocked, ...changed }) => {
		attempt(refresh(userId, changed));
		if (blocked !== undefined) attempt(tellBlocked(userId, blocked));
	});

	nodes.on('room:change', ({ room }) => attempt(retitle(room)));

	function attempt(change: Promise<void>): void {
		change.catch((error: unknown) => log.debug({ err: error }, 'A change on another node could not be applied'));
	}

	async function rename(userId: string, rooms: string[]): Promise<void> {
		const user = await store.findUser(userId);
		if (!user) return;
		presence.rename(user);
		for (const socket of socketsIn(namespace, userChannel(userId))) Object.assign(socket.data.user, user);
		namespace.local.to([userChannel(userId), ...rooms.map(roomChannel)]).emit('user:renamed', { user });
	}

	async function refresh(userId: string, { read, set }: { read?: string | undefined; set?: string | undefined }) {
		const memberships = await revocations.refresh(userId);
		const connections = namespace.local.in(userChannel(userId));
		for (const membership of memberships) {
			const { room, isPinned, isMuted } = membership;
			if (room === set) connections.emit('room:settings', { room, isPinned, isMuted });
			if (room !== read) continue;
			const [cursor = UNREAD] = await cursorsOf(chat, userId, [membership]);
			connections.emit('read:changed', { room, ...cursor });
		}
	}

	async function tellBlocked(userId: string, other: string): Promise<void> {
		const channel = userChannel(userId);
		if (socketsIn(namespace, channel).length === 0) return;
		const isBlocked = (await store.blockedBy(userId)).includes(other);
		namespace.local.in(channel).emit('person:blocked', { userId: other, isBlocked });
	}

	async function retitle(room: string): Promise<void> {
		const found = await store.findRoom(room);
		if (found) namespace.local.to(roomChannel(room)).emit('room:changed', { room, ...found });
	}
}
