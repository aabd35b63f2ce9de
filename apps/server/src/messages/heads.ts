import { roomsOf } from '../socket/channels.ts';
import type { Chat, ChatSocket } from '../socket/chat-types.ts';
import { cutFailed } from '../socket/connection.ts';

/** So many times in an interval, each time to another part of the connections: together they would keep all others waiting. */
const PARTS = 30;

/**
 * Tells every connection the heads of its rooms, again and again: whoever missed the last message notices.
 * @returns what a connection has to be passed to
 */
export function tellHeads({
	namespace,
	boundary,
	followers,
	timings
}: Pick<Chat, 'namespace' | 'boundary' | 'followers' | 'timings'>): (socket: ChatSocket) => void {
	let [connected, ticks] = [0, 0];

	const tell = boundary.guard((socket: ChatSocket) => {
		const heads = roomsOf(socket).map((room) => [room, followers.delivered(room) ?? { head: 0, said: 0 }] as const);
		if (heads.length > 0) socket.emit('room:heads', { heads: Object.fromEntries(heads) });
	}, cutFailed);

	setInterval(() => {
		const part = (ticks += 1) % PARTS;
		for (const socket of namespace.sockets.values()) if (socket.data.part === part) tell(socket);
	}, timings.headsIntervalMs / PARTS).unref();

	return (socket) => {
		socket.data.part = (connected += 1) % PARTS;
	};
}
