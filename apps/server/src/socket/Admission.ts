/** So many requests are served in one tick of the event loop; one for a new connection takes a millisecond with all that follows. */
const LANES = 8;

/**
 * Serves requests a few at a time, in the order in which they came. After a restart all clients come back at once, and a
 * client that floods sends many requests at once: everybody else would wait until the last of them is served.
 */
export class Admission {
	readonly #waiting: (() => void)[] = [];
	#lanes = 0;

	/** Hears a request in its turn. Each is over, with all its promises, before the next one begins. */
	enter(hear: () => void): void {
		this.#waiting.push(hear);
		if (this.#lanes === LANES) return;
		this.#lanes += 1;
		setImmediate(this.#hearNext);
	}

	readonly #hearNext = (): void => {
		this.#waiting.shift()?.();
		if (this.#waiting.length > 0) setImmediate(this.#hearNext);
		else this.#lanes -= 1;
	};
}
