import type { DatabaseSync } from 'node:sqlite';
import { SCHEMA, sqlName } from '../schema.ts';
import { StoreRejection } from '../store.ts';
import { valueOf } from './query.ts';
import { HAS_MOVED } from './sqlite-error.ts';
import { transact } from './transaction.ts';

/** The move that ended a log. */
export interface Moved {
	/** The id of the move, which the target also stores. */
	id: string;
	/** The target, without secrets. */
	place: string;
}

const TABLES = Object.keys(SCHEMA).map(sqlName);
const CHANGES = ['INSERT', 'UPDATE', 'DELETE'] as const;

/** The move that ended the log of a database; undefined while it is in use. */
export function movedTo(database: DatabaseSync): Moved | undefined {
	if (valueOf(database, `SELECT count(*) FROM sqlite_schema WHERE name = 'moved'`) === 0) return undefined;
	// `markMoved` creates the table together with its row.
	return database.prepare('SELECT id, place FROM moved').get() as unknown as Moved;
}

/** @throws {StoreRejection} the log of the database has moved */
export function rejectMoved(database: DatabaseSync, file: string): void {
	const moved = movedTo(database);
	if (moved) throw new StoreRejection(`${file} has moved to ${moved.place}: use that as DATABASE_URL`);
}

/**
 * Marks the log of a database as moved, durably. From then on triggers reject every change, also through other
 * connections. Only moved databases have these triggers, so others do not pay for them.
 * @param check runs in the same transaction; if it throws, nothing is marked
 */
export function markMoved(database: DatabaseSync, { id, place }: Moved, check: () => void): void {
	const reason = `'${HAS_MOVED} ${place.replaceAll("'", "''")}'`;
	transact(database, 'IMMEDIATE', () => {
		check();
		database.exec('CREATE TABLE moved (id TEXT NOT NULL, place TEXT NOT NULL) STRICT');
		database.prepare('INSERT INTO moved VALUES (?, ?)').run(id, place);
		for (const table of TABLES) {
			for (const change of CHANGES) {
				database.exec(
					`CREATE TRIGGER moved_${table}_${change} BEFORE ${change} ON ${table}
					BEGIN SELECT RAISE(ABORT, ${reason}); END`
				);
			}
		}
	});
}
