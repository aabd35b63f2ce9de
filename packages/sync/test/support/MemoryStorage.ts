import type { Follow, KeyedEntry, OutboxStorage, StoredEntry, Update } from '../../src/index.ts';

/** A storage that survives its outboxes, as the storage of a browser survives its pages. */
export class MemoryStorage implements OutboxStorage {
	/** The entries in the order of adding. */
	rows: KeyedEntry[] = [];
	/** The ids of the entries of each read. */
	readonly read: string[] = [];
	/** The id of the entry of each change or removal. */
	readonly changed: string[] = [];
	#lastKey = 0;

	/** The number of entries that were read. */
	get reads(): number {
		return this.read.length;
	}

	get entries(): StoredEntry[] {
		return this.rows.map(({ entry }) => entry);
	}

	load(after: number): Promise<KeyedEntry[]> {
		const rows = this.rows.filter(({ key }) => key > after);
		this.read.push(...rows.map(({ entry }) => entry.id));
		return Promise.resolve(structuredClone(rows));
	}

	add(entry: StoredEntry): Promise<number> {
		this.#lastKey += 1;
		this.rows.push({ key: this.#lastKey, entry: structuredClone(entry) });
		return Promise.resolve(this.#lastKey);
	}

	change(id: string, update: Update, follow?: Follow): Promise<StoredEntry | undefined> {
		this.changed.push(id);
		let changed: StoredEntry | undefined;
		this.rows = this.rows.flatMap(({ key, entry }) => {
			if (entry.id !== id) return [{ key, entry }];
			changed = structuredClone(update(structuredClone(entry)));
			return changed ? [{ key, entry: changed }] : [];
		});
		if (follow)
			this.rows = this.rows.map((row) => (row.entry === changed ? row : { ...row, entry: follow(row.entry) }));
		return Promise.resolve(changed);
	}
}
