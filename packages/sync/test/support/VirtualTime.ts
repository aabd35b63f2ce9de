import type { Schedule } from '../../src/index.ts';

/** A clock that the test advances. */
export class VirtualTime {
	#now = 0;
	#timers: { at: number; run: () => void }[] = [];

	get now(): number {
		return this.#now;
	}

	readonly schedule: Schedule = (ms, run) => {
		const timer = { at: this.#now + ms, run };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((each) => each !== timer);
		};
	};

	/** Tells whether a timer is set. */
	get isWaiting(): boolean {
		return this.#timers.length > 0;
	}

	/** Runs all pending work without advancing the clock. */
	async settle(): Promise<void> {
		for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	}

	/** Advances the clock to the next timer and runs it. */
	async next(): Promise<void> {
		const [timer] = this.#timers.toSorted((one, other) => one.at - other.at);
		if (!timer) return;
		this.#timers = this.#timers.filter((each) => each !== timer);
		this.#now = Math.max(this.#now, timer.at);
		timer.run();
		await this.settle();
	}

	/** Advances the clock by `ms` milliseconds, after all pending work. */
	async pass(ms: number): Promise<void> {
		await this.settle();
		const end = this.#now + ms;
		for (;;) {
			const due = this.#timers.some(({ at }) => at <= end);
			if (!due) break;
			await this.next();
		}
		this.#now = end;
		await this.settle();
	}
}
