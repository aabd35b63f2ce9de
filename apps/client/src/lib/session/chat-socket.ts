import type { ChatClientToServer, ChatServerToClient, RejectionCode } from '@digda/protocol';
import type { ChatSocket } from '@digda/sync';
import { PATIENT, type SocketWrapper } from '#lib/socket';

/** Adapts the page's socket to a session. @param url the URL of the server, with the namespace */
export function toChatSocket(socket: SocketWrapper<ChatServerToClient, ChatClientToServer>, url: string): ChatSocket {
	return {
		connect: (handshake) => {
			// Socket.IO asks at each attempt.
			socket.connect(url, { ...PATIENT, auth: (send) => send(handshake()) });
		},
		disconnect: () => socket.disconnect(),
		// The maps of requests and of events are one; TypeScript does not see that for an open name.
		request: (name, payload) =>
			socket[name === 'connection:ping' ? 'ping' : 'emitWithAck'](name, ...([payload] as never)) as never,
		setTyping: (payload) => void socket.emit('typing:set', payload),
		on: (name, listener) => socket.on(name, listener as never),
		onDisconnect: (listener) => socket.on('disconnect', listener),
		onReject: (listener) =>
			socket.on('connect_error', (error: Error & { data?: { code?: RejectionCode } }) => {
				if (error.data?.code) listener(error.data.code);
			})
	};
}
