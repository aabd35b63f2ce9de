import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs a function in a transaction. When it returns, all its writes are on disk; when it throws, none is.
 * @param kind `IMMEDIATE` for writes (a lock taken only at the first one could fail after a read), `DEFERRED` for
 * reads that see one moment of the database
 */
export function transact<Result>(database: DatabaseSync, kind: 'IMMEDIATE' | 'DEFERRED', run: () => Result): Result {
	database.exec(`BEGIN ${kind}`);
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
