import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { checkContent } from './check-content.ts';
import { checkSchema } from './check-schema.ts';
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from './migrations.ts';
import { valueOf } from './query.ts';
import { DamagedContent, isBusy, isDamaged, isSqliteError } from './sqlite-error.ts';

/** The time that an opening waits for another program's lock on the file, in milliseconds. */
export const BUSY_TIMEOUT_MS = 1_000;

/** The file is not an intact database. */
export class DamagedDatabase extends StoreRejection {}

/**
 * The depth of a check. `kind`: the program and the schema. `quick`: also the structure of every page. `thorough`: also
 * the indexes, the checksums of the entries and the consistency of the tables.
 */
export type Depth = 'kind' | 'quick' | 'thorough';

/**
 * Checks a database with a read-only connection, which cannot even checkpoint.
 * @returns whether it is empty: no file, an empty file, or the rest of an interrupted first start
 * @throws {StoreRejection} this version cannot use it
 */
export function inspect(file: string, depth: Depth): { isEmpty: boolean } {
	return explained(file, () => {
		const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
		try {
			const isEmpty = isEmptyOfOurs(file, database);
			if (depth !== 'kind') checkPages(database, depth === 'quick' ? 'quick_check' : 'integrity_check');
			if (!isEmpty) checkSchema(database);
			// The content of an older schema can be checked after its migration.
			if (depth === 'thorough' && schemaVersion(database) === MIGRATIONS.length) checkContent(database);
			return { isEmpty };
		} finally {
			database.close();
		}
	});
}

function isEmptyOfOurs(file: string, database: DatabaseSync): boolean {
	const program = valueOf(database, 'PRAGMA application_id');
	const isEmpty = program === 0 && valueOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
	if (!isEmpty && program !== APPLICATION_ID) throw new StoreRejection(`${file} is a database of another program`);
	if (schemaVersion(database) > MIGRATIONS.length) {
		throw new StoreRejection(`${file} was made by a newer version of this program`);
	}
	return isEmpty;
}

function checkPages(database: DatabaseSync, check: 'quick_check' | 'integrity_check'): void {
	const finding = String(valueOf(database, `PRAGMA ${check}(1)`));
	if (finding !== 'ok') throw new DamagedContent(finding);
}

/**
 * Runs work on a database file.
 * @throws {StoreRejection} an error of SQLite or the system about the file, in one line
 */
export function explained<Result>(file: string, work: () => Result): Result {
	try {
		return work();
	} catch (error) {
		throw explain(file, error);
	}
}

/** Describes an error of SQLite or the system about a file in one line. Other errors stay unchanged. */
export function explain(file: string, error: unknown): unknown {
	if (isDamaged(error)) return damaged(file, error.message);
	if (!isSqliteError(error) && !isSystemError(error)) return error;
	if (isBusy(error)) return new StoreRejection(`${file} is locked by another program`);
	return new StoreRejection(`${file} cannot be used: ${error.message}`);
}

/** Makes the one-line error about a damaged database. */
export function damaged(file: string, finding: string): DamagedDatabase {
	return new DamagedDatabase(`${file} is not an intact database: ${finding.replace(/\s+/g, ' ')}`);
}

function isSystemError(error: unknown): error is Error {
	return error instanceof Error && 'syscall' in error;
}
