import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { BUSY_TIMEOUT_MS, inspect } from './inspect.ts';
import { createPrivately } from './permissions.ts';
import { valueOf } from './query.ts';

/** The numbers of a database's rooms and messages. */
export interface Contents {
	rooms: number;
	messages: number;
}

/**
 * Copies a snapshot of a database into a new file and checks the copy. Writers do not wait, and the copy reads the
 * database once, even during writes.
 * @throws {StoreRejection} the copy is damaged
 * @throws {Error} SQLite or the system failed
 */
export function copyDatabase(source: string, target: string): Contents {
	// The copy contains texts and token hashes, so it is private from the beginning.
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

/** Whether two paths lead to the same file, also through links. */
export function isSameFile(one: string, other: string): boolean {
	const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
	return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
