import type { Rate } from '@digda/protocol';

/** Before there are so many keys, nobody looks for those that can be forgotten. */
const FIRST_SWEEP = 1_000;

/**
 * Token buckets of one rate, one for each key. What is kept is the moment at which a bucket is full again, which says all
 * (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm); a full bucket is not kept.
 */
export class TokenBuckets {
	readonly #msPerToken: number;
	readonly #capacityMs: number;
	readonly #now: () => number;
	readonly #fullAt = new Map<string, number>();
	#sweepAt = FIRST_SWEEP;

	/** @param now a clock that only goes forward, in milliseconds */
	constructor({ burst, perSecond }: Rate, now = () => performance.now()) {
		this.#msPerToken = 1_000 / perSecond;
		this.#capacityMs = burst * this.#msPerToken;
		this.#now = now;
	}

	/** How many buckets are not full. */
	get size(): number {
		return this.#fullAt.size;
	}

	/** In how many milliseconds there will be so many tokens; 0 when they are there. */
	wait(key: string, tokens = 1): number {
		const missingMs = Math.max((this.#fullAt.get(key) ?? 0) - this.#now(), 0);
		return Math.max(missingMs + tokens * this.#msPerToken - this.#capacityMs, 0);
	}

	/** Takes tokens, also when they are not there: whoever may not has asked `wait` before. */
	take(key: string, tokens = 1): void {
		const now = this.#now();
		this.#fullAt.set(key, Math.max(this.#fullAt.get(key) ?? 0, now) + tokens * this.#msPerToken);
		if (this.#fullAt.size >= this.#sweepAt) this.#sweep(now);
	}

	/** Puts tokens back that were taken; a bucket never holds more than its burst. */
	giveBack(key: string, tokens = 1): void {
		const fullAt = this.#fullAt.get(key);
		if (fullAt !== undefined) this.#fullAt.set(key, fullAt - tokens * this.#msPerToken);
	}

	/** Takes tokens when they are there. @returns whether they were */
	tryTake(key: string, tokens = 1): boolean {
		if (this.wait(key, tokens) > 0) return false;
		this.take(key, tokens);
		return true;
	}

	#sweep(now: number): void {
		for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
		// A sweep costs as much as there is, so the next one comes when there is twice as much.
		this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#fullAt.size);
	}
}
