import type { StoredEntry } from './OutboxEntry.ts';

/** An entry in a storage. The keys of all tabs ascend in the order of adding. */
export interface KeyedEntry {
	key: number;
	entry: StoredEntry;
}

/** Returns the new form of an entry; undefined removes it. */
export type Update = (entry: StoredEntry) => StoredEntry | undefined;

/** Returns the new form of an entry that follows a changed one. */
export type Follow = (entry: StoredEntry) => StoredEntry;

/** The storage of an outbox, shared by the tabs of a browser. Each method may reject: no space, blocked, no response. */
export interface OutboxStorage {
	/** Reads the entries with a greater key than `after`, ascending. */
	load(after: number): Promise<KeyedEntry[]>;
	/** Adds an entry after all others; on disk when it resolves. @returns its key: the last key of all tabs plus 1 */
	add(entry: StoredEntry): Promise<number>;
	/**
	 * Changes an entry at its key atomically for all tabs; the id may change, too. The change is on disk when it resolves.
	 * @param follow is then called with each other entry, in the same step, and returns its new form or the same object
	 * @returns the changed entry; undefined when this tab or another one has removed it
	 */
	change(id: string, update: Update, follow?: Follow): Promise<StoredEntry | undefined>;
}
