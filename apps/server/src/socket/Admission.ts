/** So many requests for a new connection are heard in one turn of the event loop; with all that follows, each takes a millisecond. */
const LANES = 8;

/**
 * Hears requests for new connections a few at a time, in the order in which they came. After a restart all come back at
 * once, and whoever is there already would wait until the last of them has been let in.
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
