import { setTimeout as pause } from 'node:timers/promises';

/** Faults that end by themselves while others go on. Those of one thing come one after the other. */
export class Lasting {
	readonly #ends = new Map<string, Promise<void>>();
	#failure: unknown;

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
			end.catch((error: unknown) => (this.#failure ??= error)).then(() => undefined)
		);
	}

	/** Resolves when everything is mended. @throws what could not be mended */
	async over(): Promise<void> {
		await Promise.all(this.#ends.values());
		const cause = this.#failure;
		if (cause === undefined) return;
		throw new Error(`a fault did not end: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
	}
}
