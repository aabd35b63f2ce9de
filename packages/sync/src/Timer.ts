import type { Schedule } from './timing.ts';

/** One thing that happens later, if nothing comes in between. */
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

	/** Lets it happen after so many milliseconds, instead of at any other moment. */
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
