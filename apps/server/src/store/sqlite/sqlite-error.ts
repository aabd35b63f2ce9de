/** Primary result codes, https://sqlite.org/rescode.html: who holds the file, what is wrong with it, with the disk. */
const BUSY = [5, 6]; // BUSY, LOCKED
const FULL = 13;
const DAMAGED = [11, 26]; // CORRUPT, NOTADB
const CONSTRAINT_TRIGGER = 1811;
const BROKEN = [7, 8, 10, 14, 15]; // NOMEM, READONLY, IOERR, CANTOPEN, PROTOCOL

/** Whether an error came from SQLite. */
export function isSqliteError(error: unknown): error is Error & { errcode: number } {
	return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** A database does not hold what was written to it: as bad as damage that SQLite itself finds. */
export class DamagedContent extends Error {
	/** As SQLite says it; the error of a thread keeps it on its way to the thread that started it. */
	readonly errcode = 11;
}

/** Nothing writes a number that JavaScript cannot hold; one that is read was damaged. */
function isUnsafeNumber(error: unknown): boolean {
	return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

function hasCode(error: unknown, codes: readonly number[]): boolean {
	// The upper bits say more than the primary code, such as IOERR_FSYNC.
	return isSqliteError(error) && codes.includes(error.errcode & 0xff);
}

/** Another connection holds the file. */
export const isBusy = (error: unknown) => hasCode(error, BUSY);

/** The file is no database, or no longer one, or holds something else than what was written. */
export const isDamaged = (error: unknown): error is Error => hasCode(error, DAMAGED) || isUnsafeNumber(error);

/** A trigger forbids it, with these words, in a database whose log is elsewhere. */
export const HAS_MOVED = 'the database has moved to';
const isMoved = (error: unknown) =>
	isSqliteError(error) && error.errcode === CONSTRAINT_TRIGGER && error.message.startsWith(HAS_MOVED);

/** The transaction failed for want of a lock or of space, or its log is elsewhere; the connection is as good as before. */
export const isPassing = (error: unknown) => hasCode(error, [...BUSY, FULL]) || isMoved(error);

/** The connection can no longer be trusted: it has to be opened again. */
export const isBroken = (error: unknown) => hasCode(error, BROKEN) || isDamaged(error);
