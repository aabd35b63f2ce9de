import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { emitError, exposeConnection, type ConnectionInternals } from './engine/internals.ts';

/** A socket of any namespace, whatever its events. */
export type AnySocket = Pick<Parameters<Parameters<Namespace['use']>[0]>[0], 'conn' | 'onAny'>;

/** A connection of Engine.IO, with what this server notes about it. */
export interface Connection extends ConnectionInternals {
	/** How it began. Null from then on. */
	request: IncomingMessage;
	/** Where it comes from: by this it is counted. Known before its first packet. */
	address: string;
	/** What its browser said of the languages that it prefers. */
	languages: string | undefined;
	transport: Pick<Socket['conn']['transport'], 'writable' | 'emit'> & {
		name: 'websocket' | 'polling';
		/** Since when a WebSocket has not taken what was written. */
		blockedSinceMs?: number | undefined;
		/** The WebSocket below it; none while it is polling. */
		socket?: { bufferedAmount: number; terminate: () => void };
	};
	on: <Event extends keyof ConnectionEvents>(
		event: Event,
		listener: (this: Connection, packet: ConnectionEvents[Event]) => void
	) => void;
}

interface ConnectionEvents {
	/** It is over. */
	close: string;
	/** A packet came in. */
	packet: Packet;
	/** A packet is about to go out. */
	packetCreate: Packet;
}

/** A packet of Engine.IO; its data is a packet of Socket.IO when it is a message. */
export interface Packet {
	type: string;
	data?: unknown;
}

/** The connection that carries a socket. */
export function connectionOf({ conn }: AnySocket): Connection {
	// `guardEdge` has added the rest before the first packet.
	return exposeConnection(conn) as Connection;
}

/** Ends the connection of a socket for which the server has failed. */
export function cutFailed(socket: AnySocket): void {
	cut(connectionOf(socket), 'failure');
}

/**
 * Ends a connection at once; its client sees a lost line and may come back. An orderly goodbye would wait behind all
 * that is still to be sent, for up to half a minute.
 */
export function cut({ transport }: Connection, reason: string): void {
	transport.socket?.terminate();
	// Otherwise what it has sent already would still be heard.
	emitError(transport, reason);
}
