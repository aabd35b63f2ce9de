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
	 * Called once with one line when the file turns out to be damaged during use. The store then returns no damaged
	 * data.
	 */
	onDamage?: (finding: string) => void;
	timings?: Timings;
}

/**
 * Opens the store of a URL, and creates a missing one.
 * @param url `sqlite:<path>`, relative to the working directory, or `postgres://…`
 * @throws {StoreRejection} it cannot be used
 */
export async function openStore(
	url: string,
	log: Logger,
	{ onDamage = () => undefined, timings = TIMINGS }: OpenOptions = {}
): Promise<Store> {
	if (/^postgres(ql)?:/.test(url)) {
		// Loaded on demand: servers on SQLite start without the driver.
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
 * The file of a database URL.
 * @throws {StoreRejection} the URL names no file
 */
export function databaseFile(url: string): string {
	const [, scheme, path] = /^(?:([a-z]+):)?(.*)$/s.exec(url) ?? [];
	if (scheme === 'sqlite' && path) return resolve(path);

	// Only the scheme, because the rest may contain a password.
	const given = scheme ? `${scheme}:…` : 'a URL without a scheme';
	throw new StoreRejection(`the database cannot be ${given}, expected sqlite:<path>`);
}

/** Wraps a function so that only its first call has an effect. */
function once(run: (finding: string) => void): (finding: string) => void {
	let isDone = false;
	return (finding) => {
		if (!isDone) run(finding);
		isDone = true;
	};
}
