import { roomOf } from './channels.ts';
import type { Chat } from './chat-types.ts';
import { cutFailed } from './connection.ts';

/** Presence and followers go by who is in a channel, however they came in or went. */
export function watchChannels({ namespace, boundary, followers, presence }: Chat): void {
	const { adapter } = namespace;

	/** A failure ends the connection that has joined or left, and none when it has ended already. */
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
		// A connection that goes through room after room would keep all of them.
		socket.data.typing?.delete(room);
	});
	watch('delete-room', (channel) => {
		const room = roomOf(channel);
		if (room !== undefined) followers.drop(room);
	});
}
