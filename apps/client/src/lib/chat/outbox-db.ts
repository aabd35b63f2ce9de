import type { Change, OutboxStorage, StoredEntry } from '@digda/sync';
import { openDB, type DBSchema } from 'idb';

interface OutboxSchema extends DBSchema {
	entries: { key: number; value: StoredEntry; indexes: { id: string } };
}

/** How long the database may take. A browser whose profile is damaged, or that is out of space, may never answer. */
const PATIENCE_MS = 1_000;

/** @throws {Error} when the database takes too long */
function inTime<T>(work: Promise<T>): Promise<T> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => late.reject(new Error('IndexedDB does not answer')), PATIENCE_MS);
	return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/**
 * The outbox of this browser, in IndexedDB. Entries are numbered as they come.
 * @returns undefined where a browser does not let pages keep anything
 */
export async function openOutboxStorage(): Promise<OutboxStorage | undefined> {
	try {
		const opening = openDB<OutboxSchema>('digda', 1, {
			upgrade(created) {
				const entries = created.createObjectStore('entries', { autoIncrement: true });
				entries.createIndex('id', 'id', { unique: true });
			},
			// A newer page in another tab wants to change it.
			blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close()
		});
		const database = await inTime(opening);

		/** A transaction that is on disk when it is done. */
		const write = () => database.transaction('entries', 'readwrite', { durability: 'strict' });

		return {
			load: () => inTime(database.getAll('entries')),
			add: (entry) => inTime(add(entry)),
			change: (id, to) => inTime(change(id, to))
		};

		async function add(entry: StoredEntry): Promise<void> {
			const transaction = write();
			await transaction.store.add(entry);
			await transaction.done;
		}

		async function change(id: string, to: Change): Promise<StoredEntry | undefined> {
			const transaction = write();
			const cursor = await transaction.store.index('id').openCursor(id);
			const changed = cursor ? to(cursor.value) : undefined;
			if (cursor) await (changed ? cursor.update(changed) : cursor.delete());
			await transaction.done;
			return changed;
		}
	} catch {
		return undefined;
	}
}
