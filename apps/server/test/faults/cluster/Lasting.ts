import { setTimeout as pause } from 'node:timers/promises';

/** Temporary faults that overlap. Faults of the same thing come one after the other. */
export class Lasting {
	readonly #ends = new Map<string, Promise<void>>();
	readonly #failures: unknown[] = [];

	/**
	 * Begins a fault of a thing as soon as its last one has ended, and ends it after a while.
	 * @returns a promise that resolves when the fault has begun
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

	/** Resolves when the faults of a thing, or all faults, have ended. @throws when one could not be ended */
	async over(thing?: string): Promise<void> {
		await (thing === undefined ? Promise.all(this.#ends.values()) : this.#ends.get(thing));
		if (this.#failures.length === 0) return;
		throw new AggregateError(this.#failures, `faults did not end: ${this.#failures.join()}`);
	}
}
