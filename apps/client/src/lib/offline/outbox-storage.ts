import type { OutboxStorage } from '@digda/sync';

/**
 * The outbox of this browser. Its database is loaded beside the page, which can be used before; without it an entry counts as not
 * durable.
 * @param onOpen called when the database is open, which may be late, or never
 */
export function createOutboxStorage(onOpen: () => void): OutboxStorage {
	const loading = import('./OutboxDatabase.ts').then(({ OutboxDatabase }) => new OutboxDatabase(onOpen));
	// Each access fails with it.
	loading.catch(() => undefined);
	return {
		load: async (after) => (await loading).load(after),
		add: async (entry) => (await loading).add(entry),
		change: async (id, update) => (await loading).change(id, update)
	};
}
