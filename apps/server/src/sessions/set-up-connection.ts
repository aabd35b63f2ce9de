import { socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat, ChatSocket } from '../socket/chat-types.ts';
import { connectionOf } from '../socket/connection.ts';

/** Subscribes a new connection to the rooms of its user, then sends `session:ready`. Requests begin after that. */
export async function setUpConnection(chat: Chat, socket: ChatSocket): Promise<void> {
	const { namespace, store, revocations, logs } = chat;
	const { newToken, isOperator, user: asRead } = socket.data;
	let blocked: string[];
	try {
		await revocations.ready();
		const [memberships, found] = await Promise.all([store.roomsOf(asRead.id), store.blockedBy(asRead.id)]);
		blocked = found;
		if (socket.disconnected) return;
		// All connections of a person share one user object, so that a new name reaches them and the lists of members.
		const [other] = socketsIn(namespace, userChannel(asRead.id));
		if (other) socket.data.user = other.data.user;
		// From here on the connection receives changes of memberships. The store answers in order, so nothing was
		// missed.
		void socket.join(userChannel(asRead.id));
		for (const membership of memberships) subscribe(chat, [socket], membership);
	} catch (error) {
		logs.failures.warn({ err: error }, 'A connection could not be set up', connectionOf(socket).address);
		// The client reconnects by itself.
		socket.conn.close();
		return;
	}
	const { user } = socket.data;
	socket.emit('session:ready', {
		user,
		...(newToken !== undefined && { token: newToken }),
		...(isOperator && { isOperator }),
		...(blocked.length > 0 && { blocked })
	});
	socket.data.newToken = undefined;
	// The session may have ended between its lookup and the subscription.
	if (newToken === undefined) await revocations.endSessions(asRead.id).catch(() => socket.conn.close());
}
