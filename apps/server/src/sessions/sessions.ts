import { Rename, RotateSession } from '@digda/protocol';
import { isReservedName } from '@digda/protocol/reserved-name';
import { RejectionError } from '../rejection.ts';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { roomChannel, roomsOf, userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import { hash } from './secret.ts';

/** Lets a person change what they are called from now on. */
export function renameUser(chat: Chat): ChatHandler<'session:rename'> {
	const { namespace, store, peers } = chat;
	return handler(Rename, async ({ name }, socket) => {
		if (isReservedName(name) && !socket.data.isOperator) throw new RejectionError('invalid', 'the name is reserved');
		const { id } = socket.data.user;
		const rooms = roomsOf(socket);
		admitDeliveries(chat, socket, 'ask', rooms);
		await store.rename(id, name);
		const user = { id, name };
		Object.assign(socket.data.user, user);
		const channels = [userChannel(id), ...rooms.map(roomChannel)];
		namespace.local.to(channels).emit('user:renamed', { user });
		peers.tell('user:rename', { userId: id, rooms });
		return { user };
	});
}

/** Gives a person a session that only this connection knows; all others of theirs end. */
export function rotateSession({ store, revocations }: Chat): ChatHandler<'session:rotate'> {
	return handler(RotateSession, async ({ token }, { data }) => {
		if (data.isOperator) throw new RejectionError('forbidden', 'the token of the operator is that of the environment');
		const tokenHash = hash(token);
		const bearer = await store.findSession(tokenHash);
		if (bearer && bearer.id !== data.user.id) throw new RejectionError('invalid', 'the token is taken');
		const outcome = await store.rotateSession(tokenHash, data.user.id, Date.now(), data.tokenHash);
		if (outcome === 'unauthorized') throw new RejectionError(outcome, 'this session has ended');
		// This connection is of the new session; all others are of none.
		data.tokenHash = tokenHash;
		await revocations.told();
		return {};
	});
}
