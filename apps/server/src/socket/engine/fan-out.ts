import type { Server } from 'socket.io';
import { joinFrames } from './frames.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

type AnyNamespace = Pick<ReturnType<Server['of']>, 'name' | 'adapter' | 'sockets'>;

/** What is used of a connection of Engine.IO. */
interface Connection {
	readyState: string;
	transport: unknown;
	writeBuffer: unknown[];
	write: (packet: string, options: { wsPreEncodedFrame: [Buffer] }) => void;
}

/**
 * Emits an event to all connections of this process in a channel: what `namespace.to(channel).emit(event, payload)` does,
 * in fewer steps for each of them. It is encoded once.
 */
export function fanOut(namespace: AnyNamespace, channel: string, event: string, payload: object): void {
	// https://socket.io/docs/v4/socket-io-protocol/#packet-encoding
	const packet = `2${namespace.name},${JSON.stringify([event, payload])}`;
	const frame = joinFrames([`4${packet}`]);
	const options: { wsPreEncodedFrame: [Buffer] } = { wsPreEncodedFrame: [frame] };
	for (const id of namespace.adapter.rooms.get(channel) ?? []) {
		const connection = namespace.sockets.get(id)?.conn as unknown as Connection | undefined;
		if (connection?.readyState !== 'open') continue;
		const { transport, writeBuffer } = connection;
		const isFree = writeBuffer.length === 0 && transport instanceof WebSocketTransport;
		if (!isFree || !transport.sendFrame(frame)) connection.write(packet, options);
	}
}
