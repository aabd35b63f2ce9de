import { SetTyping, TYPING_INTERVAL_MS } from '@digda/protocol';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { isSubscribed, roomChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

/** A client's clock and the network may bring the next word a little early. */
const TOLERANCE_MS = 500;

/**
 * Passes on that somebody types, at most so often, to those whose connection is free. Nothing is read or stored for it, so
 * the subscription decides: one who was removed may be seen typing until this node knows of it, within a second.
 */
export function setTyping(chat: Chat): ChatHandler<'typing:set'> {
	return handler(SetTyping, ({ room, isTyping }, socket) => {
		if (!isSubscribed(socket, room)) return {};
		const { user } = socket.data;
		const typing = (socket.data.typing ??= new Map());
		const { toldAtMs = -Infinity, isTyping: wasTyping = false } = typing.get(room) ?? {};
		const now = performance.now();
		if (isTyping ? now - toldAtMs < TYPING_INTERVAL_MS - TOLERANCE_MS : !wasTyping) return {};
		admitDeliveries(chat, socket, 'ask', [room]);
		typing.set(room, { toldAtMs: isTyping ? now : toldAtMs, isTyping });
		socket.local.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
		chat.peers.tell('typing:change', { room, user: { ...user }, isTyping });
		return {};
	});
}
