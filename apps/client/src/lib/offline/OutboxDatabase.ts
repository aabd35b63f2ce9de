import type { Follow, KeyedEntry, OutboxStorage, StoredEntry, Update } from '@digda/sync';
import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from 'idb';

interface OutboxSchema extends DBSchema {
	entries: { key: number; value: StoredEntry; indexes: { id: string } };
}

/** The timeout of the database. A browser with a damaged profile or a full disk may never respond. */
const TIMEOUT_MS = 1_000;

/** The outbox of this browser, in IndexedDB, with ascending keys. */
export class OutboxDatabase implements OutboxStorage {
	readonly #opening: Promise<IDBPDatabase<OutboxSchema>>;
	#database: IDBPDatabase<OutboxSchema> | undefined;
	/** Tells whether opening has failed or timed out. The database may still open later. */
	#isLate = false;

	/** @param onOpen called when the database is open, which may be late or never */
	constructor(onOpen: () => void) {
		this.#opening = open();
		this.#opening.then(
			(database) => {
				this.#database = database;
				onOpen();
			},
			() => (this.#isLate = true)
		);
	}

	async load(after: number): Promise<KeyedEntry[]> {
		const database = await this.#get();
		return await inTime(async () => {
			const entries = database.transaction('entries').store;
			const range = IDBKeyRange.lowerBound(after, true);
			const [keys, values] = await Promise.all([entries.getAllKeys(range), entries.getAll(range)]);
			return values.map((entry, index) => ({ key: keys[index] ?? 0, entry }));
		});
	}

	async add(entry: StoredEntry): Promise<number> {
		const transaction = await this.#write();
		return await inTime(
			async () => {
				const key = await transaction.store.add(entry);
				await transaction.done;
				return key;
			},
			// The entry counts as not stored, so a later read must not find it.
			() => abort(transaction)
		);
	}

	async change(id: string, update: Update, follow?: Follow): Promise<StoredEntry | undefined> {
		const transaction = await this.#write();
		return await inTime(async () => {
			const cursor = await transaction.store.index('id').openCursor(id);
			const changed = cursor ? update(cursor.value) : undefined;
			if (cursor) await (changed ? cursor.update(changed) : cursor.delete());
			if (cursor && follow) await followIn(transaction.store, cursor.primaryKey, follow);
			await transaction.done;
			return changed;
		});
	}

	/** Starts a transaction that is on disk when it is done. */
	async #write() {
		const transaction = (await this.#get()).transaction('entries', 'readwrite', { durability: 'strict' });
		// The requests of the transaction report the same failure.
		transaction.done.catch(() => undefined);
		return transaction;
	}

	/** Waits for the database, unless an earlier wait has failed. */
	async #get(): Promise<IDBPDatabase<OutboxSchema>> {
		if (this.#database) return this.#database;
		const opening = this.#isLate ? Promise.reject(new Error('IndexedDB is not available')) : this.#opening;
		return await inTime(
			() => opening,
			() => (this.#isLate = true)
		);
	}
}

async function open(): Promise<IDBPDatabase<OutboxSchema>> {
	return await openDB<OutboxSchema>('digda', 2, {
		upgrade(database, oldVersion, _newVersion, transaction) {
			if (oldVersion < 1) {
				const entries = database.createObjectStore('entries', { autoIncrement: true });
				entries.createIndex('id', 'id', { unique: true });
			} else void toVersion2(transaction.objectStore('entries'));
		},
		// A newer page in another tab upgrades the database.
		blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close()
	});
}

/** Converts entries of version 1, which are messages with the text as a field of the entry. */
async function toVersion2(
	entries: IDBPObjectStore<OutboxSchema, 'entries'[], 'entries', 'versionchange'>
): Promise<void> {
	for await (const cursor of entries) {
		const { text, ...entry } = cursor.value as StoredEntry & { text?: string };
		if (text !== undefined) await cursor.update({ ...entry, content: { kind: 'message', text } });
	}
}

/** Lets the other entries follow a changed one. */
async function followIn(
	store: IDBPObjectStore<OutboxSchema, ['entries'], 'entries', 'readwrite'>,
	changed: number,
	follow: Follow
): Promise<void> {
	for await (const cursor of store) {
		const entry = follow(cursor.value);
		if (cursor.primaryKey !== changed && entry !== cursor.value) await cursor.update(entry);
	}
}

function abort(transaction: Pick<IDBTransaction, 'abort'>): void {
	try {
		transaction.abort();
	} catch {
		// The transaction has already finished.
	}
}

/** Runs work with a timeout. @throws {Error} when it times out, after it has called `giveUp` */
async function inTime<T>(work: () => Promise<T>, giveUp: () => void = () => undefined): Promise<T> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => {
		giveUp();
		late.reject(new Error('IndexedDB does not respond'));
	}, TIMEOUT_MS);
	return await Promise.race([work(), late.promise]).finally(() => clearTimeout(timer));
}
