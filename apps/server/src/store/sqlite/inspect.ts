import { DatabaseSync } from 'node:sqlite';
import { StoreRefusal } from '../store.ts';
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from './migrations.ts';
import { valueOf } from './query.ts';
import { isBusy, isDamaged, isSqliteError } from './sqlite-error.ts';

/** How long a first look at a file waits for another program that holds it. */
export const BUSY_TIMEOUT_MS = 1_000;

/** The file cannot be read as a database, or no longer. */
export class DamagedDatabase extends StoreRefusal {}

/**
 * Looks at a database through a connection that cannot write, not even a checkpoint.
 * @returns whether it holds nothing yet: no file, an empty one, what a first start left that was cut short
 * @throws {StoreRefusal} it is not one that this version can use
 */
export function inspect(file: string): { isEmpty: boolean } {
	const found = inspectKind(file);
	checkPages(file);
	return found;
}

/** The same without a look at its pages, which takes as long as reading all of them. */
export function inspectKind(file: string): { isEmpty: boolean } {
	return explained(file, () => {
		const database = openToRead(file);
		try {
			const program = valueOf(database, 'PRAGMA application_id');
			const isEmpty = program === 0 && valueOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
			if (!isEmpty && program !== APPLICATION_ID) {
				throw new StoreRefusal(`${file} is a database of another program`);
			}
			if (schemaVersion(database) > MIGRATIONS.length) {
				throw new StoreRefusal(`${file} was made by a newer version of this program`);
			}
			return { isEmpty };
		} finally {
			database.close();
		}
	});
}

/** Looks at all pages of a database. @throws {DamagedDatabase} one does not hold what it should */
export function checkPages(file: string): void {
	explained(file, () => {
		const database = openToRead(file);
		try {
			const finding = String(valueOf(database, 'PRAGMA quick_check(1)'));
			if (finding !== 'ok') throw new DamagedDatabase(`${file} is damaged: ${finding.replace(/\s+/g, ' ')}`);
		} finally {
			database.close();
		}
	});
}

function openToRead(file: string): DatabaseSync {
	return new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

/**
 * Does something with a database.
 * @throws {StoreRefusal} what SQLite or the system had to say against its file, in one line
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
	if (!isSqliteError(error) && !isSystemError(error)) return error;
	if (isBusy(error)) return new StoreRefusal(`${file} is locked by another program`);
	if (isDamaged(error)) return new DamagedDatabase(`${file} is no intact database: ${error.message}`);
	return new StoreRefusal(`${file} cannot be used: ${error.message}`);
}

function isSystemError(error: unknown): error is Error {
	return error instanceof Error && 'syscall' in error;
}
