import type { Rate } from '@digda/protocol';

/** The number of keys at which the first sweep removes full buckets. */
const FIRST_SWEEP = 1_000;

/**
 * Token buckets of one rate, one per key. Each stores only the time at which it is full again
 * (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm). Full buckets are not stored.
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

	/** The number of stored buckets. A sweep removes those that have become full. */
	get size(): number {
		return this.#fullAt.size;
	}

	/** Returns the milliseconds until a bucket has enough tokens; 0 if it has. */
	wait(key: string, tokens = 1): number {
		const missingMs = Math.max((this.#fullAt.get(key) ?? 0) - this.#now(), 0);
		return Math.max(missingMs + tokens * this.#msPerToken - this.#capacityMs, 0);
	}

	/** Takes tokens even if they are missing. Callers check `wait` first where that matters. */
	take(key: string, tokens = 1): void {
		const now = this.#now();
		this.#fullAt.set(key, Math.max(this.#fullAt.get(key) ?? 0, now) + tokens * this.#msPerToken);
		if (this.#fullAt.size >= this.#sweepAt) this.#sweep(now);
	}

	/** Returns tokens that were taken. A bucket never holds more than its burst. */
	giveBack(key: string, tokens = 1): void {
		const fullAt = this.#fullAt.get(key);
		if (fullAt !== undefined) this.#fullAt.set(key, fullAt - tokens * this.#msPerToken);
	}

	/** Takes tokens if they are available. @returns whether they were */
	tryTake(key: string, tokens = 1): boolean {
		if (this.wait(key, tokens) > 0) return false;
		this.take(key, tokens);
		return true;
	}

	#sweep(now: number): void {
		for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
		// A sweep takes linear time, so the next one waits until the number of buckets has doubled.
		this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#fullAt.size);
	}
}
