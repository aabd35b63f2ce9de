import type { OutboxStorage, StoredEntry } from '../../src/index.ts';

/** A storage that outlives the outboxes over it, as a browser's does the pages. */
export class MemoryStorage implements OutboxStorage {
	readonly entries = new Map<string, StoredEntry>();

	load(): Promise<StoredEntry[]> {
		return Promise.resolve(structuredClone([...this.entries.values()]));
	}

	add(entry: StoredEntry): Promise<void> {
		this.entries.set(entry.id, structuredClone(entry));
		return Promise.resolve();
	}

	update(entry: StoredEntry): Promise<void> {
		if (this.entries.has(entry.id)) this.entries.set(entry.id, structuredClone(entry));
		return Promise.resolve();
	}

	claim(id: string): Promise<boolean> {
		const entry = this.entries.get(id);
		if (entry) entry.wasSent = true;
		return Promise.resolve(entry !== undefined);
	}

	remove(id: string): Promise<void> {
		this.entries.delete(id);
		return Promise.resolve();
	}
}
