import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { checkContent } from './check-content.ts';
import { checkSchema } from './check-schema.ts';
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from './migrations.ts';
import { valueOf } from './query.ts';
import { DamagedContent, isBusy, isDamaged, isSqliteError } from './sqlite-error.ts';

/** How long a first look at a file waits for another program that holds it. */
export const BUSY_TIMEOUT_MS = 1_000;

/** The file cannot be read as a database, or no longer. */
export class DamagedDatabase extends StoreRejection {}

/**
 * How much of a database is checked. `kind`: whose it is, and its schema. `quick`: also the structure of every page.
 * `thorough`: also the indexes, the checksums of the entries and what the tables say of each other.
 */
export type Depth = 'kind' | 'quick' | 'thorough';

/**
 * Checks a database through a connection that cannot write, not even a checkpoint.
 * @returns whether it holds nothing yet: no file, an empty one, what a first start left that was cut short
 * @throws {StoreRejection} it is not one that this version can use
 */
export function inspect(file: string, depth: Depth): { isEmpty: boolean } {
	return explained(file, () => {
		const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
		try {
			const isEmpty = isEmptyOfOurs(file, database);
			if (depth !== 'kind') checkPages(database, depth === 'quick' ? 'quick_check' : 'integrity_check');
			if (!isEmpty) checkSchema(database);
			// The content of an older schema is checked after the next start, which migrates it.
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
 * Does something with a database.
 * @throws {StoreRejection} what SQLite or the system had to say against its file, in one line
 */
export function explained<Result>(file: string, work: () => Result): Result {
	try {
		return work();
	} catch (error) {
		throw explain(file, error);
	}
}

/** What SQLite or the system has to say against a file, in one line; any other error is as it was. */
export function explain(file: string, error: unknown): unknown {
	if (isDamaged(error)) return damaged(file, error.message);
	if (!isSqliteError(error) && !isSystemError(error)) return error;
	if (isBusy(error)) return new StoreRejection(`${file} is locked by another program`);
	return new StoreRejection(`${file} cannot be used: ${error.message}`);
}

/** Says of a database that it is damaged, in one line. */
export function damaged(file: string, finding: string): DamagedDatabase {
	return new DamagedDatabase(`${file} is no intact database: ${finding.replace(/\s+/g, ' ')}`);
}

function isSystemError(error: unknown): error is Error {
	return error instanceof Error && 'syscall' in error;
}
