import { SetTyping, TYPING_INTERVAL_MS } from '@digda/protocol';
import { isSubscribed, roomChannel } from './channels.ts';
import type { Chat, ChatSocket } from './chat-types.ts';
import { respond } from './respond.ts';

/** A client's clock and the network may bring the next word a little early. */
const TOLERANCE_MS = 500;

/** Passes on that somebody types, at most so often, to those whose line is free. */
export function registerTyping({ log }: Chat, socket: ChatSocket): void {
	const saidAtMs = new Map<string, number>();

	socket.on(
		'typing:set',
		respond(log, SetTyping, ({ room, isTyping }) => {
			if (!isSubscribed(socket, room)) return undefined;
			const now = performance.now();
			const isEarly = now - (saidAtMs.get(room) ?? -Infinity) < TYPING_INTERVAL_MS - TOLERANCE_MS;
			// Stopping is told at once, but only of somebody who was said to type.
			if (isTyping ? isEarly : !saidAtMs.has(room)) return undefined;
			if (isTyping) saidAtMs.set(room, now);
			else saidAtMs.delete(room);
			const { user } = socket.data;
			socket.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
			return undefined;
		})
	);
}
