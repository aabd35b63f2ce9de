import { DELIVERY_OVERHEAD_BYTES, type RequestKind } from '@digda/protocol';
import { rejectUntil } from './admit-requests.ts';
import { roomChannel } from './channels.ts';
import type { Chat, ChatSocket } from './chat-types.ts';

/**
 * Counts what a request sends to all connections of rooms to this node. Only rooms of one's own may be passed: otherwise
 * an answer would say how many are in a room that one may not see.
 * @param bytes of the text that goes to each of them
 * @throws {RejectionError} too much was sent before
 */
export function admitDeliveries(
	chat: Pick<Chat, 'limits' | 'conduct' | 'namespace'>,
	socket: ChatSocket,
	kind: RequestKind,
	rooms: readonly string[],
	bytes = 0
): void {
	const { user, address } = socket.data;
	const waitMs = chat.limits.deliver(user.id, address, () => {
		let connections = 0;
		for (const room of rooms) connections += chat.namespace.adapter.rooms.get(roomChannel(room))?.size ?? 0;
		return connections * (DELIVERY_OVERHEAD_BYTES + bytes);
	});
	if (waitMs > 0) rejectUntil(chat, socket, kind, waitMs, 'too much was sent to too many at once');
}
