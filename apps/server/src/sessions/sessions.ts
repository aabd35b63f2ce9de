import { Rename, RotateSession } from '@digda/protocol';
import { isReservedName } from '@digda/protocol/reserved-name';
import { RejectionError } from '../rejection.ts';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { roomChannel, roomsOf, userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import { hash } from './secret.ts';

/** Changes the name of a person. */
export function renameUser(chat: Chat): ChatHandler<'session:rename'> {
	const { namespace, store, nodes } = chat;
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
		nodes.send('user:rename', { userId: id, rooms });
		return { user };
	});
}

/** Replaces all sessions of a person by a new one, which only this connection knows. */
export function rotateSession({ store, revocations }: Chat): ChatHandler<'session:rotate'> {
	return handler(RotateSession, async ({ token }, { data }) => {
		if (data.isOperator)
			throw new RejectionError(
				'forbidden',
				'the operator cannot rotate a session: its token comes from the environment'
			);
		const tokenHash = hash(token);
		const bearer = await store.findSession(tokenHash);
		if (bearer && bearer.id !== data.user.id) throw new RejectionError('invalid', 'the token is taken');
		const outcome = await store.rotateSession(tokenHash, data.user.id, Date.now(), data.tokenHash);
		if (outcome === 'unauthorized') throw new RejectionError(outcome, 'this session has ended');
		// This connection belongs to the new session; the others have lost theirs.
		data.tokenHash = tokenHash;
		await revocations.propagate();
		return {};
	});
}
