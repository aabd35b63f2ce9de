import type { ChatClientToServer, ChatServerToClient, RejectionCode } from '@digda/protocol';
import type { ChatSocket } from '@digda/sync';
import { PATIENT, type SocketWrapper } from '#lib/socket';

/** Adapts the page's socket to a session. @param url the URL of the server, with the namespace */
export function toChatSocket(socket: SocketWrapper<ChatServerToClient, ChatClientToServer>, url: string): ChatSocket {
	return {
		connect: (handshake) => {
			// Socket.IO calls `auth` at each attempt.
			socket.connect(url, { ...PATIENT, auth: (send) => send(handshake()) });
		},
		disconnect: () => socket.disconnect(),
		request: (name, payload) => {
			const method = name === 'connection:ping' ? 'ping' : 'emitWithAck';
			// The maps of requests and events agree, but TypeScript cannot prove it for a generic name.
			return socket[method](name, ...([payload] as never)) as never;
		},
		setTyping: (payload) => void socket.emit('typing:set', payload),
		on: (name, listener) => socket.on(name, listener as never),
		onDisconnect: (listener) => socket.on('disconnect', listener),
		onReject: (listener) =>
			socket.on('connect_error', (error: Error & { data?: { code?: RejectionCode } }) => {
				if (error.data?.code) listener(error.data.code);
			})
	};
}
