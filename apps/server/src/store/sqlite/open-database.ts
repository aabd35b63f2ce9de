import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { defineEntryChecksum } from './sealed-rows.ts';
import { BUSY_TIMEOUT_MS, explained, inspect, type Depth } from './inspect.ts';
import { migrate } from './migrations.ts';
import { rejectMoved } from './moved.ts';
import { createPrivately } from './permissions.ts';
import { valueOf } from './query.ts';
import { isSuspect, suspectNoMore } from './suspicion.ts';

/** Up to this size of the file the thorough check takes a tenth of a second, and up to the other one the quick check. */
export const THOROUGH_BYTES = 8 * 1024 * 1024;
const QUICK_BYTES = 64 * 1024 * 1024;

/** How long a write waits for it; readers and other writes wait behind. */
const WRITE_TIMEOUT_MS = 50;

/**
 * Opens a database for the first time in this process, and makes it when it is missing.
 * @throws {StoreRejection} it cannot be used; then it has not been touched
 */
export function openDatabase(file: string) {
	const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
	if (size > 0) inspect(file, depthOf(file, size));
	return explained(file, () => {
		if (size === 0) createPrivately(file);
		else suspectNoMore(file);
		const database = connect(file);
		migrate(database);
		return handOver(database);
	});
}

/** How much of a database is checked before it is used: as much as takes about a tenth of a second. */
function depthOf(file: string, size: number): Depth {
	if (size <= THOROUGH_BYTES || isSuspect(file)) return 'thorough';
	return size <= QUICK_BYTES ? 'quick' : 'kind';
}

/**
 * Opens the same database again.
 * @throws {Error} it is not to be had just now
 */
export function reopenDatabase(file: string, epoch: string) {
	// Otherwise a new one would be made in its place.
	if (!existsSync(file)) throw new Error(`${file} is missing`);
	return checked(handOver(connect(file)), file, epoch);
}

/**
 * Opens the same database beside the connection that writes, to read alone.
 * @throws {Error} it is not to be had just now
 */
export function openToRead(file: string, epoch: string) {
	const database = new DatabaseSync(file, { readOnly: true });
	defineEntryChecksum(database);
	return checked(handOver(database), file, epoch);
}

function checked(opened: ReturnType<typeof handOver>, file: string, epoch: string) {
	if (opened.epoch === epoch) return opened;
	opened.database.close();
	throw new Error(`${file} is another database than before`);
}

function connect(file: string): DatabaseSync {
	const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
	defineEntryChecksum(database);
	rejectMoved(database, file);
	// The first page of a new file: without a rollback journal on disk, a kill here leaves nothing to be rolled back.
	if (valueOf(database, 'PRAGMA page_count') === 0) database.exec('PRAGMA journal_mode = MEMORY');
	database.exec(`
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		-- 16 MB: pages that change in every batch are copied into the file a quarter as often.
		PRAGMA wal_autocheckpoint = 4000;
		-- 64 MB: while pages are read without a pause it grows; when it begins anew, it is no larger than this.
		PRAGMA journal_size_limit = 67108864;
		-- What was taken back is overwritten, not only let go.
		PRAGMA secure_delete = ON;
		PRAGMA fullfsync = ON;
		PRAGMA checkpoint_fullfsync = ON;
	`);
	return database;
}

function handOver(database: DatabaseSync) {
	database.exec(`PRAGMA busy_timeout = ${WRITE_TIMEOUT_MS}`);
	return { database, epoch: String(valueOf(database, 'SELECT epoch FROM meta')) };
}
