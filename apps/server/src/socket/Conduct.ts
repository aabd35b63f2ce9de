import { CHAT_NAMESPACE, type SharedRate } from '@digda/protocol';
import type { Server } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import { SharedBuckets } from '../limits/SharedBuckets.ts';
import { TokenBuckets } from '../limits/TokenBuckets.ts';
import type { LimitedLog } from '../limits/LimitedLog.ts';
import type { CutReason, Metrics } from '../metrics.ts';
import { cut, type Connection, type Packet } from './connection.ts';

/** The rate of packets of any kind. It exceeds the rates of the namespaces for a connection and an address. */
const PACKET_RATE: SharedRate = {
	own: { burst: 2_000, perSecond: 400 },
	address: { burst: 24_000, perSecond: 8_000 }
};

const MEGABYTE = 1024 * 1024;

/** The rate of their content in UTF-16 units: the longest texts of the echo, at its full rate. */
const PACKET_UNITS: SharedRate = {
	own: { burst: 2 * MEGABYTE, perSecond: MEGABYTE },
	address: { burst: 4 * MEGABYTE, perSecond: 4 * MEGABYTE }
};

/** The rate of joins to namespaces: a connection joins each once, and again after leaving it. */
const JOIN_RATE = { burst: 10, perSecond: 0.5 };

/** The points that offences may cost before a connection is closed. */
const OFFENCE_RATE = { burst: 100, perSecond: 2 };

/**
 * The points per offence: five stray packets, or fifty requests that were in flight when the client was told to wait.
 */
const COSTS = { stray: 20, early: 2 };

/** `stray`: a packet that no client of the protocol sends. `early`: a request before the retry time. */
export type Offence = keyof typeof COSTS;

/** First characters of the packets of Socket.IO, https://socket.io/docs/v4/socket-io-protocol/#packet-types */
const [CONNECT, ACK] = ['0', '3'];
const BINARY_EVENT_AND_ACK = ['5', '6'];

/** Counts the offences of connections, and cuts those that go on. */
export class Conduct {
	readonly #log: LimitedLog;
	readonly #metrics: Metrics;
	readonly #packets = new SharedBuckets(PACKET_RATE);
	readonly #units = new SharedBuckets(PACKET_UNITS);
	readonly #joins = new TokenBuckets(JOIN_RATE);
	readonly #offences = new TokenBuckets(OFFENCE_RATE);
	readonly #areRatesLimited: boolean;

	constructor({ engine }: Server, log: LimitedLog, metrics: Metrics, areRatesLimited: boolean, boundary: Boundary) {
		this.#log = log;
		this.#metrics = metrics;
		this.#areRatesLimited = areRatesLimited;
		const inspect = (connection: Connection, packet: Packet) => this.#inspect(connection, packet);
		// A shared function saves memory.
		const onPacket = boundary.guard(
			function (this: Connection, packet: Packet) {
				inspect(this, packet);
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

	/** Counts an offence of a connection. */
	offend(connection: Connection, offence: Offence): void {
		if (!this.#offences.tryTake(connection.id, COSTS[offence])) this.cut(connection, 'offences');
	}

	/** Cuts a connection, with a metric and a log line. */
	cut(connection: Connection, reason: CutReason): void {
		this.#metrics.cut(reason);
		this.#log.warn({ reason, connection: connection.id }, 'Cut a connection', connection.address);
		cut(connection, reason);
	}

	#inspect(connection: Connection, { type, data }: Packet): void {
		if (this.#areRatesLimited && this.#isFlood(connection, data)) this.cut(connection, 'flood');
		else if (type === 'message' && this.#isStray(connection, data)) this.offend(connection, 'stray');
	}

	/** Whether this packet exceeds the rates of its connection or address. */
	#isFlood({ id, address }: Connection, data: unknown): boolean {
		const units = typeof data === 'string' ? data.length : 0;
		return this.#packets.tryTake(id, address) > 0 || this.#units.tryTake(id, address, units) > 0;
	}

	/** Whether a client of the protocol would not send this packet. The handlers check events. */
	#isStray({ id }: Connection, data: unknown): boolean {
		if (typeof data !== 'string') return true;
		const [type = ''] = data;
		if (type === CONNECT) return !isOurNamespace(data) || !this.#joins.tryTake(id);
		// The server requests no acknowledgements and accepts no binary data.
		return type === ACK || BINARY_EVENT_AND_ACK.includes(type);
	}
}

/** Whether a packet joins an existing namespace. */
function isOurNamespace(packet: string): boolean {
	const [namespace] = packet.slice(1).split(',', 1);
	return !namespace?.startsWith('/') || namespace === '/' || namespace === CHAT_NAMESPACE;
}
