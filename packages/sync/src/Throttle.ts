import type { Schedule } from './timing.ts';

/** Runs something at once and then at most once per interval; what comes in between runs when it is over. */
export class Throttle {
	readonly #intervalMs: number;
	readonly #schedule: Schedule;
	#next: (() => void) | undefined;
	#cancel: (() => void) | undefined;

	constructor(intervalMs: number, schedule: Schedule) {
		this.#intervalMs = intervalMs;
		this.#schedule = schedule;
	}

	/** Of several calls within an interval the last one counts. */
	run(action: () => void): void {
		if (this.#cancel) {
			this.#next = action;
			return;
		}
		action();
		this.#cancel = this.#schedule(this.#intervalMs, () => {
			this.#cancel = undefined;
			const next = this.#next;
			this.#next = undefined;
			if (next) this.run(next);
		});
	}

	/** Runs what waits now, and forgets the interval. */
	flush(): void {
		const next = this.#next;
		this.#cancel?.();
		this.#cancel = undefined;
		this.#next = undefined;
		next?.();
	}
}
