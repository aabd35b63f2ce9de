import { HEADS_INTERVAL_MS } from '@digda/protocol';

/**
 * The time-outs and intervals of the server, in milliseconds. A test that would wait for one of them sets a shorter
 * one.
 */
export const TIMINGS = {
	/** The interval of the server's pings (WIRE-7). */
	pingIntervalMs: 15_000,
	/**
	 * The server closes a connection that has not answered a ping by then (WIRE-7). A dead connection takes both times
	 * to notice.
	 */
	pingTimeoutMs: 10_000,
	/** An upgrade from polling to WebSocket has to be complete by then. */
	upgradeTimeoutMs: 10_000,
	/** The server closes a connection that has joined no namespace by then (WIRE-8). */
	joinTimeoutMs: 10_000,
	/** The time for the headers of an HTTP request. */
	headersTimeoutMs: 10_000,
	/** The time for a whole HTTP request: enough for 64 KB on the slowest mobile network. */
	requestTimeoutMs: 30_000,
	/** The interval at which the two time-outs above are checked. */
	requestCheckIntervalMs: 2_000,
	/** The time that an idle TCP connection stays open after a response. */
	keepAliveTimeoutMs: 5_000,
	/** The server ends a TCP connection without traffic after this time. A polling client gets a ping earlier. */
	silenceTimeoutMs: 40_000,
	/** The server cuts a connection that accepts no waiting data for this time (NEWS-3). */
	stallTimeoutMs: 10_000,
	/** The interval of the search for stalled connections. */
	stallCheckIntervalMs: 1_000,
	/** The interval at which a connection receives the heads of its rooms (NEWS-2). */
	headsIntervalMs: HEADS_INTERVAL_MS,
	/** The interval of a node's heartbeat. */
	nodeAliveIntervalMs: 5_000,
	/** A node without a heartbeat for this time is considered dead. Its people are gone within 25 s (NODE-4). */
	nodeDeadMs: 16_000,
	/** The interval of pings to Redis. */
	redisPingIntervalMs: 5_000,
	/** The connection to Redis is reopened when a ping has no answer by then. */
	redisPingTimeoutMs: 3_000,
	/** A statement without an answer from PostgreSQL by then fails. PostgreSQL's own time-outs are shorter. */
	storeAnswerTimeoutMs: 6_000,
	/** The delay of the check of a large SQLite file after the start: reconnecting clients come first. */
	damageCheckDelayMs: 10_000,
	/** The time that a closing server waits until received requests are stored and acknowledged. */
	finishTimeoutMs: 3_000,
	/** The time that connections then have to close before they are cut. */
	closeTimeoutMs: 1_000,
	/** The longest time from the first signal to the end of the process (LINE-4). */
	shutdownTimeoutMs: 9_000
};

export type Timings = Readonly<typeof TIMINGS>;
