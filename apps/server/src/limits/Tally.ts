/** Counts what is there at the moment, in all and for each key, and says when it is too much. */
export class Tally {
	readonly #most: number;
	readonly #mostPerKey: number;
	readonly #counts = new Map<string, number>();
	#total = 0;

	constructor(most: number, mostPerKey: number) {
		this.#most = most;
		this.#mostPerKey = mostPerKey;
	}

	/** How many keys have something counted. */
	get size(): number {
		return this.#counts.size;
	}

	/** Whether one more of a key would be too much. */
	isFull(key: string): boolean {
		return this.#total >= this.#most || (this.#counts.get(key) ?? 0) >= this.#mostPerKey;
	}

	/** One more. */
	add(key: string): void {
		this.#total += 1;
		this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
	}

	/** One less. */
	remove(key: string): void {
		this.#total -= 1;
		const left = (this.#counts.get(key) ?? 0) - 1;
		if (left > 0) this.#counts.set(key, left);
		else this.#counts.delete(key);
	}
}
