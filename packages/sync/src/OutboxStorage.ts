import type { StoredEntry } from './OutboxEntry.ts';

/** An entry in a storage. The keys of all tabs ascend in the order of adding. */
export interface KeyedEntry {
	key: number;
	entry: StoredEntry;
}

/** Returns the new form of an entry; undefined removes it. */
export type Update = (entry: StoredEntry) => StoredEntry | undefined;

/** The storage of an outbox, shared by the tabs of a browser. Each method may reject: no space, blocked, no response. */
export interface OutboxStorage {
	/** Reads the entries with a greater key than `after`, ascending. */
	load(after: number): Promise<KeyedEntry[]>;
	/** Adds an entry after all others; on disk when it resolves. @returns its key: the last key of all tabs plus 1 */
	add(entry: StoredEntry): Promise<number>;
	/**
	 * Changes an entry at its key atomically for all tabs; the id may change, too. The change is on disk when it resolves.
	 * @returns the changed entry; undefined when this tab or another one has removed it
	 */
	change(id: string, update: Update): Promise<StoredEntry | undefined>;
}
