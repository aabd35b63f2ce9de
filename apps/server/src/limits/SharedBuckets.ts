import { ADDRESS_SHARE, type Rate, type SharedRate } from '@digda/protocol';
import { TokenBuckets } from './TokenBuckets.ts';

/** The rate of a person, and `ADDRESS_SHARE` times that for their address. */
export function sharedRate(own: Rate): SharedRate {
	const { burst, perSecond } = own;
	return { own, address: { burst: ADDRESS_SHARE * burst, perSecond: ADDRESS_SHARE * perSecond } };
}

/** Nobody is told to wait for longer because others of their address wait. */
const MAX_PROMISED_MS = 5_000;

/** The buckets of one kind: each owner's own, and those of their addresses. */
export class SharedBuckets {
	readonly #own: TokenBuckets;
	readonly #addresses: TokenBuckets;
	/** The tokens to come of an address that were promised: whoever is told to wait is told another time. */
	readonly #promised: TokenBuckets;
	readonly #usual: number;

	/**
	 * @param usual how many tokens one takes as a rule
	 * @param now a clock that only goes forward, in milliseconds
	 */
	constructor({ own, address }: SharedRate, usual = 1, now = () => performance.now()) {
		this.#own = new TokenBuckets(own, now);
		this.#addresses = new TokenBuckets(address, now);
		this.#promised = new TokenBuckets({ burst: usual, perSecond: address.perSecond }, now);
		this.#usual = usual;
	}

	/**
	 * In how many milliseconds there is a token in both buckets; 0 when there is one. Those who wait for the address are told
	 * one time after the other: all at the same time, they would come back together, and all but a few in vain.
	 */
	wait(owner: string, address: string): number {
		const addressMs = this.#addresses.wait(address);
		if (addressMs === 0) return this.#own.wait(owner);
		const promisedMs = this.#promised.wait(address, this.#usual);
		// Whoever asks again and again makes nobody wait for longer.
		if (promisedMs < MAX_PROMISED_MS) this.#promised.take(address, this.#usual);
		return Math.max(this.#own.wait(owner), addressMs + promisedMs);
	}

	/** Takes tokens from both buckets, also more than there are: then the next one waits for longer. */
	take(owner: string, address: string, tokens = 1): void {
		this.#own.take(owner, tokens);
		this.#addresses.take(address, tokens);
	}

	/** Takes tokens where there is one in both buckets. @returns otherwise the milliseconds to wait, or else 0 */
	tryTake(owner: string, address: string, tokens = 1): number {
		const waitMs = this.wait(owner, address);
		if (waitMs === 0) this.take(owner, address, tokens);
		return waitMs;
	}
}
