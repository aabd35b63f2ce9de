import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** The margin that is added to a `retryAfterMs` of the server, with a jitter of the same size. */
const MARGIN_MS = 50;

/** Retries after failures, with exponential backoff and jitter. */
export class Retry extends Timer {
	readonly #random: () => number;
	#failures = 0;

	constructor(schedule: Schedule, random: () => number, run: () => void) {
		super(schedule, run);
		this.#random = random;
	}

	/** Tells whether the last attempt failed. */
	get hasFailed(): boolean {
		return this.#failures > 0;
	}

	/** Schedules the next attempt. @param ms the delay that the server requested, in milliseconds */
	fail(ms?: number): void {
		const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
		this.#failures += 1;
		this.set(ms === undefined ? longest * (0.5 + this.#random() / 2) : ms + MARGIN_MS * (1 + this.#random()));
	}

	/** Resets the backoff after a success. */
	succeed(): void {
		this.#failures = 0;
	}
}
