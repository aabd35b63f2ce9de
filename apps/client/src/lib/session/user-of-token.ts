import { CHAT_NAMESPACE, type ChatClientToServer, type ChatServerToClient, type User } from '@digda/protocol';
import { Session, type Identity } from '@digda/sync';
import { SocketWrapper } from '#lib/socket';
import { toChatSocket } from './chat-socket.ts';
import { schedule } from './schedule.ts';

/**
 * Asks the server for the user of a token, on a separate connection. The browser's identity does not change.
 * @param server the URL of the server
 * @param onUser called with the user, or with undefined when the server does not know the token
 * @returns the function that cancels the request
 */
export function askUserOfToken(server: string, token: string, onUser: (user: User | undefined) => void): () => void {
	let identity: Identity | undefined = { token, user: { id: '', name: '' } };
	const session = new Session({
		socket: toChatSocket(new SocketWrapper<ChatServerToClient, ChatClientToServer>(), server + CHAT_NAMESPACE),
		identities: {
			read: () => identity,
			write: (next) => (identity = next),
			subscribe: () => () => undefined
		},
		schedule
	});
	session.changes.on(() => {
		if (!session.isReady && !session.isUnknown) return;
		onUser(session.isReady ? session.user : undefined);
		session.close();
	});
	void session.connect();
	return () => session.close();
}
