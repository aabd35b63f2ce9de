import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { emitError, exposeConnection, type ConnectionInternals } from './engine/internals.ts';

/** A socket of any namespace, whatever its events. */
export type AnySocket = Pick<Parameters<Parameters<Namespace['use']>[0]>[0], 'conn' | 'onAny'>;

/** An Engine.IO connection, with this server's additions. */
export interface Connection extends ConnectionInternals {
	/** The first request; null after `guardEdge` has read it. */
	request: IncomingMessage;
	/** The address for limits, known before the first packet. */
	address: string;
	/** The browser's `Accept-Language`. */
	languages: string | undefined;
	transport: Pick<Socket['conn']['transport'], 'writable' | 'emit'> & {
		name: 'websocket' | 'polling';
		/** The time since which a WebSocket has not accepted written data. */
		blockedSinceMs?: number | undefined;
		/** The WebSocket; absent while polling. */
		socket?: { bufferedAmount: number; terminate: () => void };
	};
	on: <Event extends keyof ConnectionEvents>(
		event: Event,
		listener: (this: Connection, packet: ConnectionEvents[Event]) => void
	) => void;
}

interface ConnectionEvents {
	/** The connection has closed. */
	close: string;
	/** A packet has arrived. */
	packet: Packet;
	/** A packet is about to be sent. */
	packetCreate: Packet;
}

/** An Engine.IO packet. The data of a `message` is a Socket.IO packet. */
export interface Packet {
	type: string;
	data?: unknown;
}

/** The connection that carries a socket. */
export function connectionOf({ conn }: AnySocket): Connection {
	// `guardEdge` has added the rest before the first packet.
	return exposeConnection(conn) as Connection;
}

/** Cuts the connection of a socket after a failure of the server. */
export function cutFailed(socket: AnySocket): void {
	cut(connectionOf(socket), 'failure');
}

/**
 * Cuts a connection at once; its client may reconnect. An orderly close would wait behind all unsent data, for up to
 * half a minute.
 */
export function cut({ transport }: Connection, reason: string): void {
	transport.socket?.terminate();
	// Without this, the server would still process packets that have already arrived.
	emitError(transport, reason);
}
