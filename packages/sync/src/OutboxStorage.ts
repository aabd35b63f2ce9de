import type { StoredEntry } from './OutboxEntry.ts';

/** An entry in a storage. Keys ascend in the order in which entries were added, by all tabs. */
export interface KeyedEntry {
	key: number;
	entry: StoredEntry;
}

/** Makes the new form of an entry; undefined removes it. */
export type Update = (entry: StoredEntry) => StoredEntry | undefined;

/** The storage of an outbox, shared by the tabs of a browser. Each method may reject: no space, blocked, no answer. */
export interface OutboxStorage {
	/** Reads the entries with a greater key than `after`, ascending. */
	load(after: number): Promise<KeyedEntry[]>;
	/** Adds an entry after all others; on disk when it resolves. @returns its key: 1 after the last one, also of other tabs */
	add(entry: StoredEntry): Promise<number>;
	/**
	 * Changes an entry at its key, also its id, in one step for all tabs; on disk when it resolves.
	 * @returns the entry after it; undefined when it is gone, also when another tab has removed it
	 */
	change(id: string, update: Update): Promise<StoredEntry | undefined>;
}
