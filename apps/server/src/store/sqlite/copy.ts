import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { BUSY_TIMEOUT_MS, inspect } from './inspect.ts';
import { createPrivately } from './permissions.ts';
import { valueOf } from './query.ts';

/** How much a database holds. */
export interface Contents {
	rooms: number;
	messages: number;
}

/**
 * Copies a database as it is at one moment into a new file, and checks the copy. Nobody who writes has to wait, and
 * however much is written meanwhile, it is read once.
 * @throws {StoreRejection} the copy is damaged
 * @throws {Error} SQLite or the system could not do it
 */
export function copyDatabase(source: string, target: string): Contents {
	// Hashes of tokens and texts are in it, so it is nobody else's from the beginning.
	if (!createPrivately(target)) throw new StoreRejection(`${target} exists already`);
	const database = new DatabaseSync(source, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
	try {
		database.prepare('VACUUM INTO ?').run(target);
	} finally {
		database.close();
	}
	inspect(target, 'thorough');
	return count(target);
}

function count(file: string): Contents {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const rowsOf = (table: string) => Number(valueOf(database, `SELECT count(*) FROM ${table}`));
		return { rooms: rowsOf('rooms'), messages: rowsOf('messages') };
	} finally {
		database.close();
	}
}

/** Whether two names are those of one file, whatever link is between them. */
export function isSameFile(one: string, other: string): boolean {
	const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
	return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
