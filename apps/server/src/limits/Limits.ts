import { ADDRESS_SHARE, ECHO_RATE, SESSION_RATES, type Rate, type RequestKind } from '@digda/protocol';
import { siteOf } from '../http/client-address.ts';
import { TokenBuckets } from './TokenBuckets.ts';

/** What an address may do besides requests. A classroom that opens the chat together stays below. */
const CONNECT_RATE: Rate = { burst: 200, perSecond: 20 };
const NEW_SESSION_RATE: Rate = { burst: 100, perSecond: 0.5 };
const NEW_ROOM_RATE: Rate = { burst: 100, perSecond: 0.2 };

/** New guests of an IPv6 site: four times as many as of one of its addresses. */
const SITE_SESSION_RATE: Rate = { burst: 400, perSecond: 2 };

/** What is limited for an address alone. */
export type AddressLimit = 'connect' | 'session' | 'room';

function share({ burst, perSecond }: Rate): Rate {
	return { burst: ADDRESS_SHARE * burst, perSecond: ADDRESS_SHARE * perSecond };
}

/** The buckets of one kind: each person's own, and those of their addresses. */
class SharedBuckets {
	readonly #own: TokenBuckets;
	readonly #addresses: TokenBuckets;

	constructor(rate: Rate) {
		this.#own = new TokenBuckets(rate);
		this.#addresses = new TokenBuckets(share(rate));
	}

	take(owner: string, address: string): number {
		const waitMs = Math.max(this.#own.wait(owner), this.#addresses.wait(address));
		if (waitMs > 0) return waitMs;
		this.#own.take(owner);
		this.#addresses.take(address);
		return 0;
	}
}

/**
 * How often what may be done. Every method takes its share and answers with 0, or takes nothing and answers with the
 * milliseconds after which it can be tried again.
 */
export class Limits {
	readonly #isOn: boolean;
	readonly #requests: Record<RequestKind, SharedBuckets> = {
		send: new SharedBuckets(SESSION_RATES.send),
		ask: new SharedBuckets(SESSION_RATES.ask)
	};
	readonly #echo = new SharedBuckets(ECHO_RATE);
	readonly #addresses: Record<AddressLimit, TokenBuckets> = {
		connect: new TokenBuckets(CONNECT_RATE),
		session: new TokenBuckets(NEW_SESSION_RATE),
		room: new TokenBuckets(NEW_ROOM_RATE)
	};

	readonly #siteSessions = new TokenBuckets(SITE_SESSION_RATE);

	/** @param isOn otherwise everything may be done at any rate */
	constructor(isOn: boolean) {
		this.#isOn = isOn;
	}

	/** A request of the chat. */
	request(kind: RequestKind, userId: string, address: string): number {
		return this.#isOn ? this.#requests[kind].take(userId, address) : 0;
	}

	/** A text for the echo. */
	echo(connectionId: string, address: string): number {
		return this.#isOn ? this.#echo.take(connectionId, address) : 0;
	}

	/** A new connection, session or room from an address. */
	byAddress(what: AddressLimit, address: string): number {
		if (!this.#isOn) return 0;
		const buckets = this.#addresses[what];
		// A guest costs nothing to make, and a site has 65,536 addresses.
		const site = what === 'session' ? siteOf(address) : undefined;
		const siteWaitMs = site === undefined ? 0 : this.#siteSessions.wait(site);
		const waitMs = Math.max(buckets.wait(address), siteWaitMs);
		if (waitMs > 0) return waitMs;
		buckets.take(address);
		if (site !== undefined) this.#siteSessions.take(site);
		return 0;
	}
}
