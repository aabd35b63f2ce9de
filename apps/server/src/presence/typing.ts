import { SetTyping, TYPING_INTERVAL_MS } from '@digda/protocol';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { isSubscribed, roomChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

/** Tolerance for notices that arrive early because of the client's clock or the network. */
const TOLERANCE_MS = 500;

/**
 * Broadcasts typing notices, at a limited rate, to connections without a backlog. The handler reads and stores nothing,
 * so the subscription decides. A removed member may be seen typing until this node applies the revocation, within a
 * second.
 */
export function setTyping(chat: Chat): ChatHandler<'typing:set'> {
	return handler(SetTyping, ({ room, isTyping }, socket) => {
		if (!isSubscribed(socket, room)) return {};
		const { user } = socket.data;
		const typing = (socket.data.typing ??= new Map());
		const { sentAtMs = -Infinity, isTyping: wasTyping = false } = typing.get(room) ?? {};
		const now = performance.now();
		if (isTyping ? now - sentAtMs < TYPING_INTERVAL_MS - TOLERANCE_MS : !wasTyping) return {};
		admitDeliveries(chat, socket, 'ask', [room]);
		typing.set(room, { sentAtMs: isTyping ? now : sentAtMs, isTyping });
		socket.local.to(roomChannel(room)).volatile.emit('typing:changed', { room, user, isTyping });
		chat.nodes.send('typing:change', { room, user: { ...user }, isTyping });
		return {};
	});
}
