import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** What is added to a time that the server said, and as much again at random. */
const MARGIN_MS = 50;

/** Another try after each failure: each time after twice the time, and never all clients at once. */
export class Retry extends Timer {
	readonly #random: () => number;
	#failures = 0;

	constructor(schedule: Schedule, random: () => number, run: () => void) {
		super(schedule, run);
		this.#random = random;
	}

	/** Whether the last try failed. */
	get hasFailed(): boolean {
		return this.#failures > 0;
	}

	/** Tries again later. @param ms when the server said how long to wait, in milliseconds */
	fail(ms?: number): void {
		const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
		this.#failures += 1;
		this.set(ms === undefined ? longest * (0.5 + this.#random() / 2) : ms + MARGIN_MS * (1 + this.#random()));
	}

	/** It worked: the next failure is a first one. */
	succeed(): void {
		this.#failures = 0;
	}
}
