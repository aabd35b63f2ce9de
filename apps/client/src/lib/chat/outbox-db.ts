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

		/** A transaction that is on disk when it is done. */
		const write = () => database.transaction('entries', 'readwrite', { durability: 'strict' });

		return {
			load: () => database.getAll('entries'),
			async add(entry) {
				const transaction = write();
				await transaction.store.add(entry);
				await transaction.done;
			},
			async change(id, to) {
				const transaction = write();
				const cursor = await transaction.store.index('id').openCursor(id);
				const changed = cursor ? to(cursor.value) : undefined;
				if (cursor) await (changed ? cursor.update(changed) : cursor.delete());
				await transaction.done;
				return changed;
			}
		};
	} catch {
		return undefined;
	}
}
