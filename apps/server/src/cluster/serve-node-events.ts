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

	nodes.on('user:change', ({ userId, read }) => {
		attempt(refresh(userId, read));
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

	async function refresh(userId: string, read: string | undefined): Promise<void> {
		const memberships = await revocations.refresh(userId);
		const membership = memberships.find(({ room }) => room === read);
		if (!membership) return;
		const [cursor = UNREAD] = await cursorsOf(chat, userId, [membership]);
		namespace.local.in(userChannel(userId)).emit('read:changed', { room: membership.room, ...cursor });
	}

	async function retitle(room: string): Promise<void> {
		const found = await store.findRoom(room);
		if (found) namespace.local.to(roomChannel(room)).emit('room:changed', { room, ...found });
	}
}
