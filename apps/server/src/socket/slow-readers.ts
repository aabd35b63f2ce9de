import type { Server } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import type { Timings } from '../timings.ts';
import { cut as endConnection, type Connection, type Packet } from './connection.ts';
import { onFlush } from './engine/internals.ts';

/**
 * The most waiting bytes of a connection. Beyond it the server cuts the connection, and the client catches up by `seq`.
 */
const MAX_WAITING_BYTES = 1024 * 1024;

/** A connection with the data that its transport has not accepted. */
interface Reader extends Connection {
	waitingBytes?: number;
	/** The time since which data waits for the transport. */
	waitingSinceMs?: number | undefined;
}

/**
 * Cuts connections with too much waiting data, or whose waiting data has not moved for `stallTimeoutMs`, so that none
 * fills the server's memory.
 * @param readers the open connections
 * @param cut cuts a connection
 * @returns a function that ends the checks
 */
export function cutSlowReaders(
	{ engine }: Server,
	readers: ReadonlySet<Reader>,
	cut: (reader: Connection) => void,
	{ boundary, timings }: { boundary: Boundary; timings: Timings }
): () => void {
	/** A shared listener: a function per connection would waste memory. */
	function addToWaiting(this: Reader, { data }: Packet): void {
		const { writable, socket: webSocket } = this.transport;
		// A writable transport sends it at once.
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
