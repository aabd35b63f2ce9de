import type { ChatClientToServer, ChatServerToClient } from '@digda/protocol';
import type { Line } from '@digda/sync';
import type { SocketWrapper } from '#lib/socket';

export type ChatSocket = SocketWrapper<ChatServerToClient, ChatClientToServer>;

/** A connection to the chat, as synchronising sees it. */
export function lineOf(socket: ChatSocket): Line {
	return {
		// The map of the requests and the map of the events are one; TypeScript does not see that for an open name.
		request: (name, payload) =>
			socket[name === 'connection:ping' ? 'ping' : 'emitWithAck'](name, ...([payload] as never)) as never,
		setTyping: (payload) => void socket.emit('typing:set', payload),
		on: (name, listener) => socket.on(name, listener as never),
		onLost: (listener) => socket.on('disconnect', listener)
	};
}
