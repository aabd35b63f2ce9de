/** The number of waiting entries, and of the UTF-16 units in their texts. */
interface Load {
	entries: number;
	units: number;
}

/** The most waiting entries: beyond it the disk is too slow for the senders. */
const MOST: Load = { entries: 10_000, units: 8 * 1024 * 1024 }; // 16 MB

/** The most waiting entries of one address, so that others can send while the disk is slow. */
const MOST_OF_ADDRESS: Load = { entries: MOST.entries / 4, units: MOST.units / 4 };

function fits({ entries, units }: Load, more: number, most: Load): boolean {
	return entries < most.entries && units + more <= most.units;
}

/** Counts the entries that wait for the disk, in total and per address. */
export class Waiting {
	readonly #all: Load = { entries: 0, units: 0 };
	/** Only addresses with a waiting entry. */
	readonly #addresses = new Map<string, Load>();

	/** The number of addresses with a waiting entry. */
	get size(): number {
		return this.#addresses.size;
	}

	/**
	 * Counts an entry.
	 * @param address the address to count for; undefined for no such limit
	 * @returns whether it may wait
	 */
	enter(address: string | undefined, units: number): boolean {
		const own = address === undefined ? undefined : (this.#addresses.get(address) ?? { entries: 0, units: 0 });
		if (!fits(this.#all, units, MOST) || (own && !fits(own, units, MOST_OF_ADDRESS))) return false;
		add(this.#all, 1, units);
		if (own) {
			add(own, 1, units);
			this.#addresses.set(address ?? '', own);
		}
		return true;
	}

	/** Removes a counted entry. */
	leave(address: string | undefined, units: number): void {
		add(this.#all, -1, -units);
		const own = this.#addresses.get(address ?? '');
		if (!own) return;
		add(own, -1, -units);
		if (own.entries === 0) this.#addresses.delete(address ?? '');
	}
}

function add(load: Load, entries: number, units: number): void {
	load.entries += entries;
	load.units += units;
}
