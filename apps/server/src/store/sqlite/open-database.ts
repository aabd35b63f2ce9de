import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefusal } from '../store.ts';
import { APPLICATION_ID, migrate, MIGRATIONS, schemaVersion } from './migrations.ts';
import { valueOf } from './query.ts';
import { isBusy, isDamaged, isSqliteError } from './sqlite-error.ts';

/** How long the start waits for another program that holds the file. */
const BUSY_TIMEOUT_MS = 1_000;

/** How long a write waits for it; readers and other writes wait behind. */
const WRITE_TIMEOUT_MS = 50;

/**
 * Opens a database for the first time in this process, and makes it when it is missing.
 * @throws {StoreRefusal} it cannot be used; then it has not been touched
 */
export function openDatabase(file: string) {
	try {
		if (existsSync(file) && statSync(file).size > 0) inspect(file);
		const database = connect(file);
		migrate(database);
		return handOver(database);
	} catch (error) {
		if (!isSqliteError(error)) throw error;
		if (isBusy(error)) throw new StoreRefusal(`${file} is locked by another program`);
		if (isDamaged(error)) throw new StoreRefusal(`${file} is no intact database: ${error.message}`);
		throw new StoreRefusal(`${file} cannot be used: ${error.message}`);
	}
}

/**
 * Opens the same database again.
 * @throws {Error} it is not to be had just now
 */
export function reopenDatabase(file: string, epoch: string) {
	// Otherwise a new one would be made in its place.
	if (!existsSync(file)) throw new Error(`${file} is missing`);
	const opened = handOver(connect(file));
	if (opened.epoch !== epoch) throw new Error(`${file} is another database than before`);
	return opened;
}

/** @throws {StoreRefusal} the file is not one that this server can write */
export function checkWritable(file: string): void {
	const directory = dirname(file);
	try {
		accessSync(directory, constants.W_OK | constants.X_OK);
		if (!existsSync(file)) return;
		accessSync(file, constants.R_OK | constants.W_OK);
	} catch (error) {
		throw new StoreRefusal(`${file} is not writable: ${String(error)}`);
	}
	if (!statSync(file).isFile()) throw new StoreRefusal(`${file} is not a file`);
}

/** Looks at a database through a connection that cannot write, not even a checkpoint. */
function inspect(file: string): void {
	const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
	try {
		const program = valueOf(database, 'PRAGMA application_id');
		// One without a mark and without a table was left by a first start that was cut short.
		const isNew = program === 0 && valueOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
		if (!isNew && program !== APPLICATION_ID) {
			throw new StoreRefusal(`${file} is a database of another program`);
		}
		if (schemaVersion(database) > MIGRATIONS.length) {
			throw new StoreRefusal(`${file} was made by a newer version of this program`);
		}
		const finding = String(valueOf(database, 'PRAGMA quick_check(1)'));
		if (finding !== 'ok') throw new StoreRefusal(`${file} is damaged: ${finding.replace(/\s+/g, ' ')}`);
	} finally {
		database.close();
	}
}

function connect(file: string): DatabaseSync {
	const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
	// The first page of a new file: without a rollback journal on disk, a kill here leaves nothing to be rolled back.
	if (valueOf(database, 'PRAGMA page_count') === 0) database.exec('PRAGMA journal_mode = MEMORY');
	database.exec(`
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA fullfsync = ON;
		PRAGMA checkpoint_fullfsync = ON;
	`);
	return database;
}

function handOver(database: DatabaseSync) {
	database.exec(`PRAGMA busy_timeout = ${WRITE_TIMEOUT_MS}`);
	return { database, epoch: String(valueOf(database, 'SELECT epoch FROM meta')) };
}
