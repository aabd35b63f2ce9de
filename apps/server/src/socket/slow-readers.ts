import type { Server } from 'socket.io';

/** A connection with more than this waiting is cut: it comes back and catches up by `seq`. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** A connection of engine.io with what it does not declare: the WebSocket below it. */
interface Connection {
	transport: {
		writable: boolean;
		socket?: { bufferedAmount: number; terminate: () => void };
		emit: (event: 'error', error: Error) => void;
	};
	on: (event: 'packetCreate', listener: (this: Connection, packet: Packet) => void) => void;
	/** What the transport has not taken yet. */
	waitingBytes?: number;
}

interface Packet {
	data?: unknown;
}

/** Cuts connections whose readers do not keep up, so that none can fill the memory of the server. */
export function cutSlowReaders({ engine }: Server): void {
	engine.on('connection', (connection: Connection) => connection.on('packetCreate', addToWaiting));
	engine.on('flush', (connection: Connection) => (connection.waitingBytes = 0));
}

/** Listens to all connections: one function for each of them would be memory for nothing. */
function addToWaiting(this: Connection, { data }: Packet): void {
	const { writable, socket: webSocket } = this.transport;
	// Then it leaves at once.
	if (writable || typeof data !== 'string') return;
	this.waitingBytes = (this.waitingBytes ?? 0) + Buffer.byteLength(data);
	if (this.waitingBytes + (webSocket?.bufferedAmount ?? 0) <= MAX_WAITING_BYTES) return;
	// An orderly goodbye would wait behind all the rest, for up to half a minute.
	if (webSocket) webSocket.terminate();
	else this.transport.emit('error', new Error('slow reader'));
}
