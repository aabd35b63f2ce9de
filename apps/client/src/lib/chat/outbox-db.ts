import type { OutboxStorage, StoredEntry } from '@digda/sync';
import { openDB, type DBSchema } from 'idb';

interface OutboxSchema extends DBSchema {
	entries: { key: number; value: StoredEntry; indexes: { id: string } };
}

/**
 * The outbox of this browser, in IndexedDB. Entries are numbered as they come.
 * @returns undefined where a browser does not let pages keep anything
 */
export async function openOutboxStorage(): Promise<OutboxStorage | undefined> {
	try {
		const database = await openDB<OutboxSchema>('digda', 1, {
			upgrade(created) {
				const entries = created.createObjectStore('entries', { autoIncrement: true });
				entries.createIndex('id', 'id', { unique: true });
			},
			// A newer page in another tab wants to change it.
			blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close()
		});

		/** Looks up an entry and changes it, in one transaction that is on disk when this resolves. */
		const change = async (id: string, to: (entry: StoredEntry) => StoredEntry | undefined) => {
			const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' });
			const cursor = await transaction.store.index('id').openCursor(id);
			if (cursor) {
				const changed = to(cursor.value);
				await (changed ? cursor.update(changed) : cursor.delete());
			}
			await transaction.done;
			return cursor !== null;
		};

		return {
			load: () => database.getAll('entries'),
			async add(entry) {
				const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' });
				await transaction.store.add(entry);
				await transaction.done;
			},
			async update(entry) {
				await change(entry.id, () => entry);
			},
			claim: (id) => change(id, (entry) => ({ ...entry, wasSent: true })),
			async remove(id) {
				await change(id, () => undefined);
			}
		};
	} catch {
		return undefined;
	}
}
