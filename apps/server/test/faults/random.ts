/** A random generator for schedules: the same seed makes the same choices. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** A number in [0, 1). The generator is mulberry32. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from `least` to `most`, both included. */
	whole(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/**
	 * One of a list.
	 * @throws {RangeError} when the list is empty
	 */
	pick<Item>(items: readonly Item[]): Item {
		const item = items[Math.floor(this.next() * items.length)];
		if (item === undefined) throw new RangeError('nothing to pick from');
		return item;
	}

	/** A key of a table of weights, the heavier the likelier. */
	weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
		// `Object.entries` loses the type of the keys.
		const entries = Object.entries(weights) as [Key, number][];
		let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [key, weight] of entries) {
			left -= weight;
			if (left < 0) return key;
		}
		return this.pick(entries)[0];
	}

	/** A UUID of version 4, in lower case. */
	uuid(): string {
		const hex = Array.from({ length: 32 }, () => this.whole(0, 15).toString(16)).join('');
		return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join(
			'-'
		);
	}
}
