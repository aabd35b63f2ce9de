import { roomsOf } from '../socket/channels.ts';
import type { Chat, ChatSocket } from '../socket/chat-types.ts';
import { cutFailed } from '../socket/connection.ts';

/**
 * The number of groups of connections. The timer serves one group per tick, because all at once would delay everything
 * else.
 */
const GROUPS = 30;

/**
 * Sends every connection the heads of its rooms periodically, so that a client notices a missed last entry.
 * @returns a function that adds a connection
 */
export function broadcastHeads({
	namespace,
	boundary,
	followers,
	timings
}: Pick<Chat, 'namespace' | 'boundary' | 'followers' | 'timings'>): (socket: ChatSocket) => void {
	let [connected, ticks] = [0, 0];

	const send = boundary.guard((socket: ChatSocket) => {
		const heads = roomsOf(socket).map((room) => [room, followers.delivered(room) ?? { head: 0, said: 0 }] as const);
		if (heads.length > 0) socket.emit('room:heads', { heads: Object.fromEntries(heads) });
	}, cutFailed);

	setInterval(() => {
		const group = (ticks += 1) % GROUPS;
		for (const socket of namespace.sockets.values()) if (socket.data.group === group) send(socket);
	}, timings.headsIntervalMs / GROUPS).unref();

	return (socket) => {
		socket.data.group = (connected += 1) % GROUPS;
	};
}
