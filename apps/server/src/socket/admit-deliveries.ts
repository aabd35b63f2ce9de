import { DELIVERY_OVERHEAD_BYTES, type RequestKind } from '@digda/protocol';
import { rejectUntil } from './admit-requests.ts';
import { roomChannel } from './channels.ts';
import type { Chat, ChatSocket } from './chat-types.ts';

/**
 * Counts the bytes that a request broadcasts to connections of rooms on this node. Pass only rooms of which the sender
 * is a member. For others, the answer would reveal the number of connections.
 * @param bytes the size of the text for each connection
 * @throws {RejectionError} earlier deliveries exceed the rate
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
	if (waitMs > 0) rejectUntil(chat, socket, kind, waitMs, 'too many bytes were sent to too many connections');
}
