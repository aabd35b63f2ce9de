import type { Change, OutboxStorage, StoredEntry } from '../../src/index.ts';

/** A storage that outlives the outboxes over it, as a browser's does the pages. */
export class MemoryStorage implements OutboxStorage {
	/** In the order in which they were added. */
	entries: StoredEntry[] = [];

	load(): Promise<StoredEntry[]> {
		return Promise.resolve(structuredClone(this.entries));
	}

	add(entry: StoredEntry): Promise<void> {
		this.entries.push(structuredClone(entry));
		return Promise.resolve();
	}

	change(id: string, to: Change): Promise<StoredEntry | undefined> {
		let changed: StoredEntry | undefined;
		this.entries = this.entries.flatMap((entry) => {
			if (entry.id !== id) return entry;
			changed = structuredClone(to(structuredClone(entry)));
			return changed ?? [];
		});
		return Promise.resolve(changed);
	}
}
