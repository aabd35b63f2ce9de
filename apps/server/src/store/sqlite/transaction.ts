import type { DatabaseSync } from 'node:sqlite';

/** Runs reads that see one moment of the database. */
export function inSnapshot<Result>(database: DatabaseSync, run: () => Result): Result {
	return inTransaction(database, 'BEGIN', run);
}

/** Runs writes of which all are on disk when it returns, or none when it throws. */
export function inWrite<Result>(database: DatabaseSync, run: () => Result): Result {
	// Immediate: a lock that is taken only at the first write could fail after a read.
	return inTransaction(database, 'BEGIN IMMEDIATE', run);
}

function inTransaction<Result>(database: DatabaseSync, begin: string, run: () => Result): Result {
	database.exec(begin);
	try {
		const result = run();
		database.exec('COMMIT');
		return result;
	} catch (error) {
		// Some failures, a full disk for one, have rolled back already.
		if (database.isTransaction) database.exec('ROLLBACK');
		throw error;
	}
}
