import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '../log.ts';
import { checkLater } from './sqlite/check-later.ts';
import { THOROUGH_BYTES } from './sqlite/open-database.ts';
import { excludeOthers } from './sqlite/permissions.ts';
import { SqliteStore } from './sqlite/SqliteStore.ts';
import { suspect } from './sqlite/suspicion.ts';
import { StoreRejection, type Store } from './store.ts';
import { TIMINGS, type Timings } from '../timings.ts';

export interface OpenOptions {
	/**
	 * Called once with one line, when a file turns out to be damaged while it is used; the store answers nothing more that
	 * it finds damaged.
	 */
	onDamage?: (finding: string) => void;
	timings?: Timings;
}

/**
 * Opens the store that a URL names, and makes it when it is missing.
 * @param url `sqlite:<path>`, relative to the current directory, or `postgres://…`
 * @throws {StoreRejection} it cannot be used
 */
export async function openStore(
	url: string,
	log: Logger,
	{ onDamage = () => undefined, timings = TIMINGS }: OpenOptions = {}
): Promise<Store> {
	if (/^postgres(ql)?:/.test(url)) {
		// Whoever has no PostgreSQL does not wait for its driver.
		const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
		return await openPostgresStore(url, log, timings);
	}
	const file = databaseFile(url);
	const report = once((finding: string) => {
		suspect(realpathSync(file), finding);
		onDamage(finding);
	});
	const store = await SqliteStore.open(file, log, { onDamage: report });
	excludeOthers(file, log);
	if (statSync(file).size > THOROUGH_BYTES) checkLater(file, report, timings.damageCheckDelayMs);
	return store;
}

/**
 * The file that the URL of a database names.
 * @throws {StoreRejection} it names none
 */
export function databaseFile(url: string): string {
	const [, scheme, path] = /^(?:([a-z]+):)?(.*)$/s.exec(url) ?? [];
	if (scheme === 'sqlite' && path) return resolve(path);

	// The scheme alone: the rest may hold a password.
	const given = scheme ? `${scheme}:…` : 'a URL without a scheme';
	throw new StoreRejection(`the database cannot be ${given}, expected sqlite:<path>`);
}

/** A function that does something the first time that it is called. */
function once(run: (finding: string) => void): (finding: string) => void {
	let isDone = false;
	return (finding) => {
		if (!isDone) run(finding);
		isDone = true;
	};
}
