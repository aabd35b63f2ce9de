import type { ChatSocket } from './chat-types.ts';

/** A connection with more than this waiting is cut: it comes back and catches up by `seq`. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What engine.io does not declare of a connection: packets not handed to the transport, and the WebSocket below it. */
interface Waiting {
	writeBuffer: readonly { data?: unknown }[];
	transport: { socket?: { bufferedAmount: number; terminate: () => void } };
}

/** Cuts a connection whose reader does not keep up, so that it cannot fill the memory of the server. */
export function cutWhenSlow({ conn }: ChatSocket): void {
	const {
		writeBuffer,
		transport: { socket: webSocket }
	} = conn as unknown as Waiting;
	// What waits: a transport that can take more has nothing to speak of.
	if (conn.transport.writable && writeBuffer.length === 0) return;
	let bytes = webSocket?.bufferedAmount ?? 0;
	for (const { data } of writeBuffer) bytes += typeof data === 'string' ? data.length : 0;
	if (bytes <= MAX_WAITING_BYTES) return;
	// An orderly goodbye would wait behind all the rest, for up to half a minute.
	if (webSocket) webSocket.terminate();
	else conn.transport.emit('error', new Error('slow reader'));
}
