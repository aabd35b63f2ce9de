import { setTimeout as pause } from 'node:timers/promises';

/** Faults that end by themselves while others go on. Those of one thing come one after the other. */
export class Lasting {
	readonly #ends = new Map<string, Promise<void>>();
	readonly #failures: unknown[] = [];

	/**
	 * Hurts a thing as soon as its last fault has ended, and mends it after a while.
	 * @returns when it is hurt
	 */
	async hurt(thing: string, ms: number, hurt: () => Promise<void> | void, mend: () => Promise<void> | void) {
		await this.#ends.get(thing);
		await hurt();
		const end = pause(ms).then(mend);
		this.#ends.set(
			thing,
			end.catch((error: unknown) => void this.#failures.push(error))
		);
	}

	/** Resolves when a thing is mended, or everything. @throws what could not be mended */
	async over(thing?: string): Promise<void> {
		await (thing === undefined ? Promise.all(this.#ends.values()) : this.#ends.get(thing));
		if (this.#failures.length === 0) return;
		throw new AggregateError(this.#failures, `faults did not end: ${this.#failures.join()}`);
	}
}
