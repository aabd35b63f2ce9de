/** Counts items in total and per key, and compares both counts with limits. */
export class Tally {
	readonly #most: number;
	readonly #mostPerKey: number;
	readonly #counts = new Map<string, number>();
	#total = 0;

	constructor(most: number, mostPerKey: number) {
		this.#most = most;
		this.#mostPerKey = mostPerKey;
	}

	/** The number of keys with a count. */
	get size(): number {
		return this.#counts.size;
	}

	/** Whether another item of a key would exceed a limit. */
	isFull(key: string): boolean {
		return this.#total >= this.#most || (this.#counts.get(key) ?? 0) >= this.#mostPerKey;
	}

	add(key: string): void {
		this.#total += 1;
		this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
	}

	remove(key: string): void {
		this.#total -= 1;
		const left = (this.#counts.get(key) ?? 0) - 1;
		if (left > 0) this.#counts.set(key, left);
		else this.#counts.delete(key);
	}
}
