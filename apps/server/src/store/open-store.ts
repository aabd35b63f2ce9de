import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '../log.ts';
import { checkLater, LARGE_BYTES } from './sqlite/check-later.ts';
import { SqliteStore } from './sqlite/SqliteStore.ts';
import { StoreRefusal, type Store } from './store.ts';

/**
 * Opens the store that a URL names, and makes it when it is missing.
 * @param url `sqlite:<path>`, relative to the current directory, or `postgres://…`
 * @param onDamage hears of a large file that turns out to be damaged while it is used
 * @throws {StoreRefusal} it cannot be used
 */
export async function openStore(
	url: string,
	log: Logger,
	onDamage: (finding: string) => void = () => undefined
): Promise<Store> {
	if (/^postgres(ql)?:/.test(url)) {
		// Whoever has no PostgreSQL does not wait for its driver.
		const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
		return await openPostgresStore(url, log);
	}
	const file = databaseFile(url);
	const store = await SqliteStore.open(file, log);
	if (statSync(file).size > LARGE_BYTES) checkLater(file, onDamage);
	return store;
}

/**
 * The file that the URL of a database names.
 * @throws {StoreRefusal} it names none
 */
export function databaseFile(url: string): string {
	const [, scheme, path] = /^(?:([a-z]+):)?(.*)$/s.exec(url) ?? [];
	if (scheme === 'sqlite' && path) return resolve(path);

	// The scheme alone: the rest may hold a password.
	const given = scheme ? `${scheme}:…` : 'a URL without a scheme';
	throw new StoreRefusal(`the database cannot be ${given}, expected sqlite:<path>`);
}
