import type { Server, Socket } from 'socket.io';
import { joinFrames, type Frames } from './frames.ts';
import { encodeEvent, hasWaiting, writeFramed } from './internals.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

type AnyNamespace = Pick<ReturnType<Server['of']>, 'name' | 'adapter' | 'sockets'>;

/**
 * Emits an event to all connections of a channel on this node. It equals `namespace.to(channel).emit(event, payload)`
 * with less work per connection, because it encodes the event once. It calls no outgoing listeners (`onAnyOutgoing`).
 */
export function fanOut(namespace: AnyNamespace, channel: string, event: string, payload: object): void {
	const [text, ...attachments] = encodeEvent(namespace, event, payload);
	const frame = joinFrames([`4${text}`]);
	for (const id of namespace.adapter.rooms.get(channel) ?? []) {
		const connection = namespace.sockets.get(id)?.conn;
		if (connection?.readyState !== 'open') continue;
		send(connection, text, frame);
		for (const attachment of attachments) connection.write(attachment);
	}
}

/** Sends a text with its prepared frame. */
function send(connection: Socket['conn'], text: string, frame: Frames): void {
	const { transport } = connection;
	const isFree = !hasWaiting(connection) && transport instanceof WebSocketTransport;
	if (!isFree || !transport.sendFrame(frame)) writeFramed(connection, text, frame);
}
