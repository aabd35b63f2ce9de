import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs a function in a transaction. When it returns, all writes are on disk; when it throws, none are.
 * @param kind `IMMEDIATE` for writes, because a lock taken after a read could fail; `DEFERRED` for reads of one
 * snapshot
 */
export function transact<Result>(database: DatabaseSync, kind: 'IMMEDIATE' | 'DEFERRED', run: () => Result): Result {
	database.exec(`BEGIN ${kind}`);
	try {
		const result = run();
		database.exec('COMMIT');
		return result;
	} catch (error) {
		// SQLite has already rolled back after some failures, such as a full disk.
		if (database.isTransaction) database.exec('ROLLBACK');
		throw error;
	}
}
