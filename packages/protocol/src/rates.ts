import type { RequestName } from './chat.ts';

/** A token bucket: so many at once, then so many per second. */
export interface Rate {
	burst: number;
	perSecond: number;
}

/** The kinds of requests, each with a bucket of its own: messages and edits, reactions, everything else. */
export type RequestKind = 'send' | 'react' | 'ask';

/** What a session may do, over all of its connections. Beyond it requests are rejected with `rate_limited`. */
export const SESSION_RATES: Readonly<Record<RequestKind, Rate>> = {
	send: { burst: 10, perSecond: 5 },
	react: { burst: 20, perSecond: 5 },
	ask: { burst: 100, perSecond: 20 }
};

/** What a connection may say to the echo. Beyond it the connection is closed. */
export const ECHO_RATE: Rate = { burst: 1_000, perSecond: 200 };

/** An address has this many times the share of a session, so that a classroom behind one is not a flood. */
export const ADDRESS_SHARE = 20;

const MEGABYTE = 1024 * 1024;

/** What belongs to a person, and to all who come from their address. */
export interface SharedRate {
	own: Rate;
	address: Rate;
}

/**
 * Bytes of answers to requests that read. A person scrolls through 13,000 ordinary messages at once, and then as fast as
 * they may ask; 60 people behind one address each catch up on 1,000 messages at once.
 */
export const READ_BYTES: SharedRate = {
	own: { burst: 4 * MEGABYTE, perSecond: MEGABYTE / 2 },
	address: { burst: 32 * MEGABYTE, perSecond: 4 * MEGABYTE }
};

/**
 * Bytes that the server sends to others for a request: its size times the connections that it goes to. The longest text
 * goes to 500 connections twice at once; ordinary ones go there as fast as a session may send.
 */
export const DELIVERY_BYTES: SharedRate = {
	own: { burst: 16 * MEGABYTE, perSecond: 4 * MEGABYTE },
	address: { burst: 32 * MEGABYTE, perSecond: 16 * MEGABYTE }
};

/** What a delivery to one connection counts as besides its text, in bytes: about what it costs besides them. */
export const DELIVERY_OVERHEAD_BYTES = 1024;

/** How many requests of a kind a client has in flight at most, so that none is in flight in vain when it is told to wait. */
export const MAX_REQUESTS_IN_FLIGHT = 16;

/** The bucket that a request takes from. */
export function kindOf(name: RequestName): RequestKind {
	if (name === 'message:react') return 'react';
	return name === 'message:send' || name === 'message:edit' ? 'send' : 'ask';
}
