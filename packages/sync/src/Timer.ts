import type { Schedule } from './timing.ts';

/** A timer for one callback, which can be set again and cleared. */
export class Timer {
	readonly #schedule: Schedule;
	readonly #run: () => void;
	#cancel: (() => void) | undefined;

	constructor(schedule: Schedule, run: () => void) {
		this.#schedule = schedule;
		this.#run = run;
	}

	get isSet(): boolean {
		return this.#cancel !== undefined;
	}

	/** Schedules the callback after `ms` milliseconds, and replaces an earlier schedule. */
	set(ms: number): void {
		this.clear();
		this.#cancel = this.#schedule(ms, () => {
			this.#cancel = undefined;
			this.#run();
		});
	}

	clear(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}
