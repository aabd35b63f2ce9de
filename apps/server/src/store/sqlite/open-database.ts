import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { defineEntryChecksum } from './sealed-rows.ts';
import { BUSY_TIMEOUT_MS, explained, inspect, type Depth } from './inspect.ts';
import { migrate } from './migrations.ts';
import { rejectMoved } from './moved.ts';
import { createPrivately } from './permissions.ts';
import { valueOf } from './query.ts';
import { isSuspect, clearSuspicion } from './suspicion.ts';

/** The largest files for the thorough and the quick check, which then take about a tenth of a second. */
export const THOROUGH_BYTES = 8 * 1024 * 1024;
const QUICK_BYTES = 64 * 1024 * 1024;

/** The time that a write waits for a lock, in milliseconds. Readers and other writes wait meanwhile. */
const WRITE_TIMEOUT_MS = 50;

/**
 * Opens a database for the first time in this process, and creates a missing one.
 * @throws {StoreRejection} it cannot be used; it is unchanged then
 */
export function openDatabase(file: string) {
	const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
	if (size > 0) inspect(file, depthOf(file, size));
	return explained(file, () => {
		if (size === 0) createPrivately(file);
		else clearSuspicion(file);
		const database = connect(file);
		migrate(database);
		return finishOpening(database);
	});
}

/** Chooses the check before use: one that takes about a tenth of a second, or a thorough one after suspected damage. */
function depthOf(file: string, size: number): Depth {
	if (size <= THOROUGH_BYTES || isSuspect(file)) return 'thorough';
	return size <= QUICK_BYTES ? 'quick' : 'kind';
}

/**
 * Reopens the same database.
 * @throws {Error} it is unavailable now
 */
export function reopenDatabase(file: string, epoch: string) {
	// SQLite would otherwise create a new file.
	if (!existsSync(file)) throw new Error(`${file} is missing`);
	return checked(finishOpening(connect(file)), file, epoch);
}

/**
 * Opens the same database read-only, beside the writing connection.
 * @throws {Error} it is unavailable now
 */
export function openToRead(file: string, epoch: string) {
	const database = new DatabaseSync(file, { readOnly: true });
	defineEntryChecksum(database);
	return checked(finishOpening(database), file, epoch);
}

function checked(opened: ReturnType<typeof finishOpening>, file: string, epoch: string) {
	if (opened.epoch === epoch) return opened;
	opened.database.close();
	throw new Error(`${file} is now another database`);
}

function connect(file: string): DatabaseSync {
	const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
	defineEntryChecksum(database);
	rejectMoved(database, file);
	// Before the first page of a new file: without a rollback journal on disk, a kill leaves nothing to roll back.
	if (valueOf(database, 'PRAGMA page_count') === 0) database.exec('PRAGMA journal_mode = MEMORY');
	database.exec(`
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		-- 16 MB: frequently changed pages are copied into the file a quarter as often as by default.
		PRAGMA wal_autocheckpoint = 4000;
		-- 64 MB: the WAL grows during continuous reads. SQLite truncates it to this size when it restarts.
		PRAGMA journal_size_limit = 67108864;
		-- Deleted content is overwritten, not only released.
		PRAGMA secure_delete = ON;
		PRAGMA fullfsync = ON;
		PRAGMA checkpoint_fullfsync = ON;
	`);
	return database;
}

function finishOpening(database: DatabaseSync) {
	database.exec(`PRAGMA busy_timeout = ${WRITE_TIMEOUT_MS}`);
	return { database, epoch: String(valueOf(database, 'SELECT epoch FROM meta')) };
}
