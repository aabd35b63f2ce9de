import { roomChannel, roomsOf, socketsIn, subscribe, userChannel } from './channels.ts';
import type { Chat } from './chat-types.ts';

/** Does here what other nodes have heard of; the name of a user, and what concerns their rooms, is read from the store. */
export function hearPeers(chat: Chat): void {
	const { namespace, store, peers, presence, log } = chat;

	peers.on('typing:change', ({ room, user, isTyping }) => {
		namespace.local.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
	});

	peers.on('user:rename', ({ userId, rooms }) => attempt(rename(userId, rooms)));

	peers.on('user:change', ({ userId, read }) => {
		if (socketsIn(namespace, userChannel(userId)).length === 0) return;
		attempt(refresh(userId, read));
	});

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
		const memberships = await store.roomsOf(userId);
		const sockets = socketsIn(namespace, userChannel(userId));
		for (const membership of memberships) subscribe(chat, sockets, membership);
		const rooms = new Set(memberships.map(({ room }) => room));
		const left = new Set(sockets.flatMap(roomsOf).filter((room) => !rooms.has(room)));
		const own = namespace.local.in(userChannel(userId));
		for (const room of left) {
			own.socketsLeave(roomChannel(room));
			own.emit('room:left', { room, reason: 'left' });
		}
		const cursor = memberships.find(({ room }) => room === read);
		if (cursor) own.emit('read:changed', { room: cursor.room, readSeq: cursor.readSeq });
	}
}
