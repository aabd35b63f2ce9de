import type { Schedule } from '../../src/index.ts';

/** A clock that moves when it is told to. */
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

	/** Whether something is due some day. */
	get isWaiting(): boolean {
		return this.#timers.length > 0;
	}

	/** Lets everything happen that is under way, without moving the clock. */
	async settle(): Promise<void> {
		for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	}

	/** Moves on to what is due next, and lets it happen. */
	async next(): Promise<void> {
		const [timer] = this.#timers.toSorted((one, other) => one.at - other.at);
		if (!timer) return;
		this.#timers = this.#timers.filter((each) => each !== timer);
		this.#now = Math.max(this.#now, timer.at);
		timer.run();
		await this.settle();
	}

	/** Lets so many milliseconds pass, after what is under way. */
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
