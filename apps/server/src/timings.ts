import { HEADS_INTERVAL_MS } from '@digda/protocol';

/**
 * How long the server waits, and how often it looks, in milliseconds. These are what the program uses; a test that would
 * wait for one of them starts its server with a shorter one.
 */
export const TIMINGS = {
	/** A connection is sent a ping after each such time, as WIRE-7 says. */
	pingIntervalMs: 15_000,
	/** A connection that has not answered a ping by then is closed (WIRE-7): a dead one is seen after both times. */
	pingTimeoutMs: 10_000,
	/** An upgrade from polling to WebSocket that is not complete by then is ended. */
	upgradeTimeoutMs: 10_000,
	/** A connection that has joined no namespace by then is closed (WIRE-8). */
	joinTimeoutMs: 10_000,
	/** The headers of an HTTP request have to be complete by then. */
	headersTimeoutMs: 10_000,
	/** A whole HTTP request has to be complete by then: 64 KB on the slowest network of a phone. */
	requestTimeoutMs: 30_000,
	/** How often the two time-outs above are looked at. */
	requestCheckIntervalMs: 2_000,
	/** A TCP connection without a request is kept for so long after a response. */
	keepAliveTimeoutMs: 5_000,
	/** A TCP connection on which nothing moves is ended after this; a polling client gets a ping before that. */
	silenceTimeoutMs: 40_000,
	/** A connection is cut when it has taken nothing of what waits for so long (NEWS-3). */
	stallTimeoutMs: 10_000,
	/** How often stalled connections are looked for. */
	stallCheckIntervalMs: 1_000,
	/** How often a connection is sent the heads of its rooms (NEWS-2). */
	headsIntervalMs: HEADS_INTERVAL_MS,
	/** How often a node says that it is there. */
	nodeAliveIntervalMs: 5_000,
	/** A node that was silent for so long is taken for dead; its people are gone within 25 s then (NODE-4). */
	nodeDeadMs: 16_000,
	/** How often Redis is sent a ping. */
	redisPingIntervalMs: 5_000,
	/** A connection to Redis on which a ping is not answered by then is opened again. */
	redisPingTimeoutMs: 3_000,
	/** A statement that PostgreSQL has not answered by then fails; PostgreSQL itself ends statements before that. */
	storeAnswerTimeoutMs: 6_000,
	/** A large SQLite file is checked so long after the start: first come clients that reconnect. */
	damageCheckDelayMs: 10_000,
	/** A server that closes waits so long for what was sent to be stored and acknowledged. */
	finishTimeoutMs: 3_000,
	/** Then connections have so long to close before they are cut. */
	closeTimeoutMs: 1_000,
	/** The process ends at the latest this long after the first signal (LINE-4). */
	shutdownTimeoutMs: 9_000
};

export type Timings = Readonly<typeof TIMINGS>;
