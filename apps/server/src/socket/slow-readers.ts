import type { Server } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import type { Timings } from '../timings.ts';
import { cut as endConnection, type Connection, type Packet } from './connection.ts';
import { onFlush } from './engine/internals.ts';

/** A connection with more than this waiting is cut: it comes back and catches up by `seq`. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** A connection, and what its transport has not taken yet. */
interface Reader extends Connection {
	waitingBytes?: number;
	/** Since when something waits for the transport. */
	waitingSinceMs?: number | undefined;
}

/**
 * Cuts connections whose readers do not keep up, or take nothing of what waits for `stallTimeoutMs`, so that none can
 * fill the memory of the server.
 * @param readers the connections that are open
 * @param cut ends one
 * @returns what ends it
 */
export function cutSlowReaders(
	{ engine }: Server,
	readers: ReadonlySet<Reader>,
	cut: (reader: Connection) => void,
	{ boundary, timings }: { boundary: Boundary; timings: Timings }
): () => void {
	/** Listens to all connections: one function for each of them would be memory for nothing. */
	function addToWaiting(this: Reader, { data }: Packet): void {
		const { writable, socket: webSocket } = this.transport;
		// Then it leaves at once.
		if (writable || typeof data !== 'string') return;
		this.waitingBytes = (this.waitingBytes ?? 0) + Buffer.byteLength(data);
		this.waitingSinceMs ??= performance.now();
		if (this.waitingBytes + (webSocket?.bufferedAmount ?? 0) > MAX_WAITING_BYTES) cut(this);
	}

	const fail = (reader: Reader) => endConnection(reader, 'failure');
	const onPacketCreate = boundary.guard(addToWaiting, function () {
		fail(this);
	});
	engine.on(
		'connection',
		boundary.guard((reader: Reader) => reader.on('packetCreate', onPacketCreate), fail)
	);
	onFlush(
		engine,
		boundary.guard((reader: Reader) => {
			reader.waitingBytes = 0;
			reader.waitingSinceMs = undefined;
		}, fail)
	);

	const check = boundary.guard((reader: Reader) => {
		const { transport, waitingSinceMs = Infinity } = reader;
		const sinceMs = transport.blockedSinceMs ?? waitingSinceMs;
		if (!transport.writable && sinceMs < performance.now() - timings.stallTimeoutMs) cut(reader);
	}, fail);
	const checks = setInterval(() => readers.forEach((reader) => check(reader)), timings.stallCheckIntervalMs).unref();
	return () => clearInterval(checks);
}
