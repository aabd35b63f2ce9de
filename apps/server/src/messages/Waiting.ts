/** What waits: how many messages, and how many units of UTF-16 their texts have. */
interface Load {
	sends: number;
	units: number;
}

/** More than this is not kept waiting: the disk is slower than the senders. */
const MOST: Load = { sends: 10_000, units: 8 * 1024 * 1024 }; // 16 MB

/** What one address may have of it, so that there is room for others while the disk is slow. */
const MOST_OF_ADDRESS: Load = { sends: MOST.sends / 4, units: MOST.units / 4 };

function fits({ sends, units }: Load, more: number, most: Load): boolean {
	return sends < most.sends && units + more <= most.units;
}

/** Counts the messages that wait for the disk, in all and of each address. */
export class Waiting {
	readonly #all: Load = { sends: 0, units: 0 };
	/** Only of those with a message that waits. */
	readonly #addresses = new Map<string, Load>();

	/** How many addresses have a message that waits. */
	get size(): number {
		return this.#addresses.size;
	}

	/**
	 * Takes a message in.
	 * @param address of which only so much waits; undefined where addresses have no shares
	 * @returns whether there was room for it
	 */
	enter(address: string | undefined, units: number): boolean {
		const own = address === undefined ? undefined : (this.#addresses.get(address) ?? { sends: 0, units: 0 });
		if (!fits(this.#all, units, MOST) || (own && !fits(own, units, MOST_OF_ADDRESS))) return false;
		add(this.#all, 1, units);
		if (own) {
			add(own, 1, units);
			this.#addresses.set(address ?? '', own);
		}
		return true;
	}

	/** Lets go of a message that was taken in. */
	leave(address: string | undefined, units: number): void {
		add(this.#all, -1, -units);
		const own = this.#addresses.get(address ?? '');
		if (!own) return;
		add(own, -1, -units);
		if (own.sends === 0) this.#addresses.delete(address ?? '');
	}
}

function add(load: Load, sends: number, units: number): void {
	load.sends += sends;
	load.units += units;
}
