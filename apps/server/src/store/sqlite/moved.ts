import type { DatabaseSync } from 'node:sqlite';
import { SCHEMA, sqlName } from '../schema.ts';
import { StoreRejection } from '../store.ts';
import { valueOf } from './query.ts';
import { HAS_MOVED } from './sqlite-error.ts';
import { transact } from './transaction.ts';

/** Where a log has gone. */
export interface Moved {
	/** Names the move, so that its target is known again. */
	id: string;
	/** The target, without anything secret. */
	place: string;
}

const TABLES = Object.keys(SCHEMA).map(sqlName);
const CHANGES = ['INSERT', 'UPDATE', 'DELETE'] as const;

/** Where the log of a database has gone; undefined while it is here. */
export function movedTo(database: DatabaseSync): Moved | undefined {
	if (valueOf(database, `SELECT count(*) FROM sqlite_schema WHERE name = 'moved'`) === 0) return undefined;
	// The table is made with its row, by `markMoved`.
	return database.prepare('SELECT id, place FROM moved').get() as unknown as Moved;
}

/** @throws {StoreRejection} the log of the database has gone elsewhere */
export function rejectMoved(database: DatabaseSync, file: string): void {
	const moved = movedTo(database);
	if (moved) throw new StoreRejection(`${file} has moved to ${moved.place}: start with that as DATABASE_URL`);
}

/**
 * Says in a database that its log has gone elsewhere, on disk when this returns. From then on nothing in it changes,
 * whoever has it open: triggers cost nothing before they are there.
 * @param check runs in the same transaction; when it throws, nothing was said
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
