import { ADDRESS_SHARE, type Rate, type SharedRate } from '@digda/protocol';
import { TokenBuckets } from './TokenBuckets.ts';

/** Combines the rate of a person with `ADDRESS_SHARE` times that rate for the address. */
export function sharedRate(own: Rate): SharedRate {
	const { burst, perSecond } = own;
	return { own, address: { burst: ADDRESS_SHARE * burst, perSecond: ADDRESS_SHARE * perSecond } };
}

/** The longest extra wait that other waiting clients of the address cause. */
const MAX_PROMISED_MS = 5_000;

/** The buckets of one kind: one per owner and one per address. */
export class SharedBuckets {
	readonly #own: TokenBuckets;
	readonly #addresses: TokenBuckets;
	/** The future tokens of an address that were promised to waiting clients, so that each gets another retry time. */
	readonly #promised: TokenBuckets;
	readonly #usual: number;

	/**
	 * @param usual the usual number of tokens per request
	 * @param now a clock that only goes forward, in milliseconds
	 */
	constructor({ own, address }: SharedRate, usual = 1, now = () => performance.now()) {
		this.#own = new TokenBuckets(own, now);
		this.#addresses = new TokenBuckets(address, now);
		this.#promised = new TokenBuckets({ burst: usual, perSecond: address.perSecond }, now);
		this.#usual = usual;
	}

	/**
	 * Returns the milliseconds until both buckets have a token; 0 if they have one. Clients that wait for the address
	 * get staggered times. With equal times they would all return together, and all but a few would be rejected again.
	 */
	wait(owner: string, address: string): number {
		const addressMs = this.#addresses.wait(address);
		if (addressMs === 0) return this.#own.wait(owner);
		const promisedMs = this.#promised.wait(address, this.#usual);
		// Repeated calls do not lengthen the wait of others without bound.
		if (promisedMs < MAX_PROMISED_MS) this.#promised.take(address, this.#usual);
		return Math.max(this.#own.wait(owner), addressMs + promisedMs);
	}

	/** Takes tokens from both buckets, even more than they hold: the next request then waits longer. */
	take(owner: string, address: string, tokens = 1): void {
		this.#own.take(owner, tokens);
		this.#addresses.take(address, tokens);
	}

	/** Takes tokens if both buckets have one. @returns 0, or the milliseconds to wait if nothing was taken */
	tryTake(owner: string, address: string, tokens = 1): number {
		const waitMs = this.wait(owner, address);
		if (waitMs === 0) this.take(owner, address, tokens);
		return waitMs;
	}
}
