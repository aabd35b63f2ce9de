import { CHAT_NAMESPACE, type SharedRate } from '@digda/protocol';
import type { Server } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import { SharedBuckets } from '../limits/SharedBuckets.ts';
import { TokenBuckets } from '../limits/TokenBuckets.ts';
import type { LimitedLog } from '../limits/LimitedLog.ts';
import type { CutReason, Metrics } from '../metrics.ts';
import { cut, type Connection, type Packet } from './connection.ts';

/** Packets of any kind: above all that the namespaces let a connection and an address say. */
const PACKET_RATE: SharedRate = {
	own: { burst: 2_000, perSecond: 400 },
	address: { burst: 24_000, perSecond: 8_000 }
};

const MEGABYTE = 1024 * 1024;

/** What these packets hold, in units of UTF-16: the longest texts that the echo takes, as often as it takes them. */
const PACKET_UNITS: SharedRate = {
	own: { burst: 2 * MEGABYTE, perSecond: MEGABYTE },
	address: { burst: 4 * MEGABYTE, perSecond: 4 * MEGABYTE }
};

/** A connection enters each namespace once, and again after leaving it. */
const ENTRY_RATE = { burst: 10, perSecond: 0.5 };

/** What a connection may do wrong, in points, before it is closed. */
const OFFENCE_RATE = { burst: 100, perSecond: 2 };

/** What a mistake costs: five that no client of ours makes, fifty that were in flight when it was told to wait. */
const COSTS = { stray: 20, early: 2 };

/** `stray` is what no client of the protocol sends, `early` a request before the time for it. */
export type Offence = keyof typeof COSTS;

/** First characters of the packets of Socket.IO, https://socket.io/docs/v4/socket-io-protocol/#packet-types */
const [CONNECT, ACK] = ['0', '3'];
const BINARY_EVENT_AND_ACK = ['5', '6'];

/** Watches how connections behave, and ends those that never learn. */
export class Conduct {
	readonly #log: LimitedLog;
	readonly #metrics: Metrics;
	readonly #packets = new SharedBuckets(PACKET_RATE);
	readonly #units = new SharedBuckets(PACKET_UNITS);
	readonly #entries = new TokenBuckets(ENTRY_RATE);
	readonly #offences = new TokenBuckets(OFFENCE_RATE);
	readonly #areRatesLimited: boolean;

	constructor({ engine }: Server, log: LimitedLog, metrics: Metrics, areRatesLimited: boolean, boundary: Boundary) {
		this.#log = log;
		this.#metrics = metrics;
		this.#areRatesLimited = areRatesLimited;
		const see = (connection: Connection, packet: Packet) => this.#see(connection, packet);
		// One function for all connections.
		const onPacket = boundary.guard(
			function (this: Connection, packet: Packet) {
				see(this, packet);
			},
			function () {
				cut(this, 'failure');
			}
		);
		engine.on(
			'connection',
			boundary.guard(
				(connection: Connection) => connection.on('packet', onPacket),
				(connection) => cut(connection, 'failure')
			)
		);
	}

	/** A connection did something that it should not. */
	offend(connection: Connection, offence: Offence): void {
		if (!this.#offences.tryTake(connection.id, COSTS[offence])) this.cut(connection, 'offences');
	}

	/** Ends a connection. */
	cut(connection: Connection, reason: CutReason): void {
		this.#metrics.cut(reason);
		this.#log.warn({ reason, connection: connection.id }, 'Cut a connection', connection.address);
		cut(connection, reason);
	}

	#see(connection: Connection, { type, data }: Packet): void {
		if (this.#areRatesLimited && this.#isFlood(connection, data)) this.cut(connection, 'flood');
		else if (type === 'message' && this.#isStray(connection, data)) this.offend(connection, 'stray');
	}

	/** Whether a connection, or its address, has sent too much before this packet. */
	#isFlood({ id, address }: Connection, data: unknown): boolean {
		const units = typeof data === 'string' ? data.length : 0;
		return this.#packets.tryTake(id, address) > 0 || this.#units.tryTake(id, address, units) > 0;
	}

	/** Whether a packet is none that a client of ours sends; events are looked at where they are handled. */
	#isStray({ id }: Connection, data: unknown): boolean {
		if (typeof data !== 'string') return true;
		const [type = ''] = data;
		if (type === CONNECT) return !isOurNamespace(data) || !this.#entries.tryTake(id);
		// The server asks nothing, and takes nothing binary.
		return type === ACK || BINARY_EVENT_AND_ACK.includes(type);
	}
}

/** Whether a packet that enters a namespace names one that there is. */
function isOurNamespace(packet: string): boolean {
	const [namespace] = packet.slice(1).split(',', 1);
	return !namespace?.startsWith('/') || namespace === '/' || namespace === CHAT_NAMESPACE;
}
