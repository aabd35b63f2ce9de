import { roomChannel, socketsIn, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';
import { cursorsOf, UNREAD } from '../messages/read-cursors.ts';

/** Does here what other nodes have heard of; what things are called and who is where, is read from the store. */
export function hearPeers(chat: Chat): void {
	const { namespace, store, peers, presence, revocations, log } = chat;

	peers.on('typing:change', ({ room, user, isTyping }) => {
		namespace.local.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
	});

	peers.on('user:rename', ({ userId, rooms }) => attempt(rename(userId, rooms)));

	peers.on('user:change', ({ userId, read }) => {
		attempt(refresh(userId, read));
	});

	peers.on('room:change', ({ room }) => attempt(retitle(room)));

	function attempt(change: Promise<void>): void {
		change.catch((error: unknown) => log.debug({ err: error }, 'A change elsewhere was not seen'));
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
		if (found) namespace.local.to(roomChannel(room)).emit('room:changed', { room, title: found.title });
	}
}
