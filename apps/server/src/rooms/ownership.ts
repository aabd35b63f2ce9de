import { CloseRoom, CreateRoom, ListMembers, RemoveMember, RenameRoom } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { isSubscribed, roomChannel } from '../socket/channels.ts';
import { actorOf, type Chat, type ChatHandler } from '../socket/chat-types.ts';
import { randomSecret } from '../sessions/secret.ts';
import { handler } from '../socket/events.ts';
import { admitNewRoom, allow, enter, isMembership, TOO_MANY_ROOMS } from './membership.ts';

/** Creates a private room, owned by the person. */
export function createRoom(chat: Chat): ChatHandler<'room:create'> {
	const { store, storage } = chat;
	return handler(CreateRoom, async ({ title }, { data }) => {
		const { user, address } = data;
		admitNewRoom(chat, address);
		const make = () => store.createRoom(user.id, `~${randomSecret()}`, title, Date.now());
		const room = await storage.store('room:create', data, make, { isNew: isMembership });
		if (room === 'forbidden') throw new RejectionError('forbidden', TOO_MANY_ROOMS);
		enter(chat, user.id, room);
		return { room: room.room, title };
	});
}

/** Changes the title of a room. */
export function renameRoom(chat: Chat): ChatHandler<'room:rename'> {
	const { namespace, store, nodes } = chat;
	return handler(RenameRoom, async ({ room, title }, socket) => {
		if (isSubscribed(socket, room)) admitDeliveries(chat, socket, 'ask', [room]);
		allow(await store.retitle(socket.data.user.id, room, title));
		namespace.local.to(roomChannel(room)).emit('room:changed', { room, title });
		nodes.send('room:change', { room });
		return { title };
	});
}

/** Closes a room permanently. */
export function closeRoom({ store, revocations, log }: Chat): ChatHandler<'room:close'> {
	return handler(CloseRoom, async ({ room }, { data }) => {
		// Logged first, because the store's answer may be lost.
		if (data.isOperator) log.warn({ operator: data.user.id, room }, 'The operator closes a room');
		allow(await store.closeRoom(actorOf(data), room, Date.now()));
		await revocations.propagate();
		return {};
	});
}

/** Lists the members and the invitations of a private room. */
export function listMembers({ store }: Chat): ChatHandler<'room:members'> {
	return handler(ListMembers, async ({ room }, { data: { user } }) =>
		allow(await store.membersOf(user.id, room, Date.now()))
	);
}

/** Removes a member. */
export function removeMember({ store, revocations }: Chat): ChatHandler<'room:remove'> {
	return handler(RemoveMember, async ({ room, userId }, { data: { user } }) => {
		allow(await store.removeMember(user.id, room, userId));
		await revocations.propagate();
		return {};
	});
}
