import type { RequestName } from './chat.ts';

/** The rate of a token bucket: `burst` at once, then `perSecond`. */
export interface Rate {
	burst: number;
	perSecond: number;
}

/** The kinds of requests with separate buckets: messages, edits and topics, reactions, everything else. */
export type RequestKind = 'send' | 'react' | 'ask';

/** The rates of a session over all its connections. The server rejects requests beyond them with `rate_limited`. */
export const SESSION_RATES: Readonly<Record<RequestKind, Rate>> = {
	send: { burst: 10, perSecond: 5 },
	react: { burst: 20, perSecond: 5 },
	ask: { burst: 100, perSecond: 20 }
};

/** The rate of texts on an echo connection. The server closes a connection that exceeds it. */
export const ECHO_RATE: Rate = { burst: 1_000, perSecond: 200 };

/** An address may do this many times as much as a session, so that one classroom can share it. */
export const ADDRESS_SHARE = 20;

const MEGABYTE = 1024 * 1024;

/** The rate of a person, and the rate of all people at the same address. */
export interface SharedRate {
	own: Rate;
	address: Rate;
}

/**
 * The bytes of answers to reading requests. A person can scroll through 13,000 ordinary messages at once, then as fast
 * as requests are allowed. At one address, 60 people can each catch up on 1,000 messages at once.
 */
export const READ_BYTES: SharedRate = {
	own: { burst: 4 * MEGABYTE, perSecond: MEGABYTE / 2 },
	address: { burst: 32 * MEGABYTE, perSecond: 4 * MEGABYTE }
};

/**
 * The bytes that the server broadcasts for a request: its size times the number of receiving connections. The longest
 * text can go to 500 connections twice at once; ordinary texts can go there at the full rate of a session.
 */
export const DELIVERY_BYTES: SharedRate = {
	own: { burst: 16 * MEGABYTE, perSecond: 4 * MEGABYTE },
	address: { burst: 32 * MEGABYTE, perSecond: 16 * MEGABYTE }
};

/** The fixed cost of a delivery to one connection, in bytes, added to its text. It approximates the real overhead. */
export const DELIVERY_OVERHEAD_BYTES = 1024;

/**
 * The most requests of a kind that a client has in flight. Those in flight are wasted when the server asks the client
 * to wait.
 */
export const MAX_REQUESTS_IN_FLIGHT = 16;

/** The kind of a request, which selects its bucket. */
export function kindOf(name: RequestName): RequestKind {
	if (name === 'message:react') return 'react';
	return ['message:send', 'message:edit', 'topic:set'].includes(name) ? 'send' : 'ask';
}
