import { SetTyping, TYPING_INTERVAL_MS } from '@digda/protocol';
import { isSubscribed, roomChannel } from './channels.ts';
import type { Chat, ChatSocket } from './chat-types.ts';
import { respond } from './respond.ts';

/** A client's clock and the network may bring the next word a little early. */
const TOLERANCE_MS = 500;

/** Passes on that somebody types, at most so often, to those whose line is free. */
export function registerTyping({ log }: Chat, socket: ChatSocket): void {
	/** When a room was last told that this connection types. */
	const toldAtMs = new Map<string, number>();
	const typing = new Set<string>();

	socket.on(
		'typing:set',
		respond(log, SetTyping, ({ room, isTyping }) => {
			if (!isSubscribed(socket, room)) return undefined;
			const now = performance.now();
			if (isTyping) {
				if (now - (toldAtMs.get(room) ?? -Infinity) < TYPING_INTERVAL_MS - TOLERANCE_MS) return undefined;
				toldAtMs.set(room, now);
				typing.add(room);
			} else if (!typing.delete(room)) {
				return undefined;
			}
			const { user } = socket.data;
			socket.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
			return undefined;
		})
	);
}
