import { roomOf } from './channels.ts';
import type { Chat } from './chat-types.ts';
import { cutFailed } from './connection.ts';

/** Updates presence and followers from the channels, however connections joined or left them. */
export function watchChannels({ namespace, boundary, followers, presence }: Chat): void {
	const { adapter } = namespace;

	/** Adds a guarded listener. A failure cuts the connection that joined or left, if it is still open. */
	function watch(event: string, listener: (channel: string, socketId: string) => void): void {
		const abandon = (_channel: string, socketId: string) => {
			const socket = namespace.sockets.get(socketId);
			if (socket) cutFailed(socket);
		};
		adapter.on(event, boundary.guard(listener, abandon));
	}

	watch('join-room', (channel, socketId) => {
		const room = roomOf(channel);
		const socket = namespace.sockets.get(socketId);
		if (room !== undefined && socket) presence.enter(room, socket.data.user);
	});
	watch('leave-room', (channel, socketId) => {
		const room = roomOf(channel);
		const socket = namespace.sockets.get(socketId);
		if (room === undefined || !socket) return;
		presence.leave(room, socket.data.user.id);
		// Otherwise a connection that visits many rooms would keep an item for each.
		socket.data.typing?.delete(room);
	});
	watch('delete-room', (channel) => {
		const room = roomOf(channel);
		if (room !== undefined) followers.drop(room);
	});
}
