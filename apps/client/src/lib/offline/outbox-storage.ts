import type { OutboxStorage } from '@digda/sync';

/**
 * Creates the outbox storage of this browser. The module of the database is loaded while the page is already usable. Without the
 * database, an entry counts as not durable.
 * @param onOpen called when the database is open, which may be late or never
 */
export function createOutboxStorage(onOpen: () => void): OutboxStorage {
	const loading = import('./OutboxDatabase.ts').then(({ OutboxDatabase }) => new OutboxDatabase(onOpen));
	// Each access reports the failure.
	loading.catch(() => undefined);
	return {
		load: async (after) => (await loading).load(after),
		add: async (entry) => (await loading).add(entry),
		change: async (id, update, follow) => (await loading).change(id, update, follow)
	};
}
