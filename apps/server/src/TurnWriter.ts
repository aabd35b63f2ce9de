/** What gathers in a turn of the event loop, and is written at its end. */
export interface Gathering {
	writeGathered: () => void;
}

/** Has everything that gathered in a turn of the event loop written at its end: one write for each, and one timer for all. */
export class TurnWriter {
	#waiting: Gathering[] = [];

	/** Once for each, until it was written. */
	add(gathering: Gathering): void {
		if (this.#waiting.push(gathering) === 1) setImmediate(this.#writeAll);
	}

	readonly #writeAll = (): void => {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const gathering of waiting) gathering.writeGathered();
	};
}
