import { countFitting, type Entry } from '@digda/protocol';
import type { Metrics } from '../metrics.ts';
import { entryFor, isPartlyHidden } from '../store/entry-rows.ts';
import { roomChannel, socketsIn } from '../socket/channels.ts';
import type { ChatNamespace, ChatSocket } from '../socket/chat-types.ts';
import { fanOut } from '../socket/engine/fan-out.ts';

/**
 * Makes a function that sends ascending entries to all subscribers of a room on this node, in packets of a bounded
 * size.
 */
export function deliverIn(
	namespace: ChatNamespace,
	metrics: Pick<Metrics, 'delivered'>
): (room: string, entries: Entry[]) => void {
	return (room, entries) => {
		const channel = roomChannel(room);
		metrics.delivered(entries.length, namespace.adapter.rooms.get(channel)?.size ?? 0);
		if (entries.some(isPartlyHidden)) {
			deliverToEach(socketsIn(namespace, channel), room, entries);
			return;
		}
		for (let rest = entries; rest.length > 0;) {
			const count = countFitting(rest);
			// Each packet is encoded once for all connections.
			fanOut(namespace, channel, 'entry:new', { room, entries: rest.slice(0, count) });
			rest = rest.slice(count);
		}
	};
}

/** Sends entries of a direct room, of which each person sees another form. */
function deliverToEach(sockets: readonly ChatSocket[], room: string, entries: readonly Entry[]): void {
	for (let rest = entries; rest.length > 0;) {
		const count = countFitting(rest);
		const part = rest.slice(0, count);
		for (const socket of sockets) {
			const { id } = socket.data.user;
			socket.emit('entry:new', { room, entries: part.map((entry) => entryFor(id, entry)) });
		}
		rest = rest.slice(count);
	}
}
