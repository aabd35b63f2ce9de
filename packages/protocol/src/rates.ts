import type { RequestName } from './chat.ts';

/** A token bucket: so many at once, then so many per second. */
export interface Rate {
	burst: number;
	perSecond: number;
}

/** What a request counts as; each kind has a bucket of its own. */
export type RequestKind = 'send' | 'ask';

/** What a session may do, over all of its connections. Beyond it requests are refused with `rate_limited`. */
export const SESSION_RATES: Readonly<Record<RequestKind, Rate>> = {
	send: { burst: 10, perSecond: 5 },
	ask: { burst: 100, perSecond: 20 }
};

/** What a connection may say to the echo. Beyond it the connection is closed. */
export const ECHO_RATE: Rate = { burst: 1_000, perSecond: 200 };

/** An address has this many times the share of a session, so that a classroom behind one is not a flood. */
export const ADDRESS_SHARE = 20;

/** How many requests of a kind a client has in flight at most, so that none is in flight in vain when it is told to wait. */
export const MAX_REQUESTS_IN_FLIGHT = 16;

/** The bucket that a request takes from. */
export function kindOf(name: RequestName): RequestKind {
	return name === 'message:send' ? 'send' : 'ask';
}
