import { ADDRESS_SHARE, type Rate, type SharedRate } from '@digda/protocol';
import { TokenBuckets } from './TokenBuckets.ts';

/** The rate of a person, and `ADDRESS_SHARE` times that for their address. */
export function sharedRate(own: Rate): SharedRate {
	const { burst, perSecond } = own;
	return { own, address: { burst: ADDRESS_SHARE * burst, perSecond: ADDRESS_SHARE * perSecond } };
}

/** The buckets of one kind: each owner's own, and those of their addresses. */
export class SharedBuckets {
	readonly #own: TokenBuckets;
	readonly #addresses: TokenBuckets;

	constructor({ own, address }: SharedRate) {
		this.#own = new TokenBuckets(own);
		this.#addresses = new TokenBuckets(address);
	}

	/** In how many milliseconds there is a token in both buckets; 0 when there is one. */
	wait(owner: string, address: string): number {
		return Math.max(this.#own.wait(owner), this.#addresses.wait(address));
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
