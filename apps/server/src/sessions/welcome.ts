import { socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat, ChatSocket } from '../socket/chat-types.ts';
import { connectionOf } from '../socket/connection.ts';

/** Subscribes a new connection to the rooms of its user, then says who it is; requests begin after that. */
export async function welcome(chat: Chat, socket: ChatSocket): Promise<void> {
	const { namespace, store, revocations, logs } = chat;
	const { newToken, isOperator, user: asRead } = socket.data;
	try {
		await revocations.ready();
		const memberships = await store.roomsOf(asRead.id);
		if (socket.disconnected) return;
		// One person, one object: a new name reaches all connections, and the lists of who is present.
		const [other] = socketsIn(namespace, userChannel(asRead.id));
		if (other) socket.data.user = other.data.user;
		// From here on it hears of what begins or ends; the answers of the store come in order, so nothing did meanwhile.
		void socket.join(userChannel(asRead.id));
		for (const membership of memberships) subscribe(chat, [socket], membership);
	} catch (error) {
		logs.failures.warn({ err: error }, 'A connection could not be welcomed', connectionOf(socket).address);
		// The client sees a lost line and comes back by itself.
		socket.conn.close();
		return;
	}
	const { user } = socket.data;
	socket.emit('session:ready', {
		user,
		...(newToken !== undefined && { token: newToken }),
		...(isOperator && { isOperator })
	});
	socket.data.newToken = undefined;
	// Its session was looked up before it could be found by what ends sessions.
	if (newToken === undefined) await revocations.endSessions(asRead.id).catch(() => socket.conn.close());
}
