/** Primary result codes, https://sqlite.org/rescode.html */
const BUSY = [5, 6]; // BUSY, LOCKED
const FULL = 13;
const DAMAGED = [11, 26]; // CORRUPT, NOTADB
const CONSTRAINT_TRIGGER = 1811;
const BROKEN = [7, 8, 10, 14, 15]; // NOMEM, READONLY, IOERR, CANTOPEN, PROTOCOL

/** Whether an error came from SQLite. */
export function isSqliteError(error: unknown): error is Error & { errcode: number } {
	return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** The content of a database is damaged: as severe as damage that SQLite itself detects. */
export class DamagedContent extends Error {
	/** SQLite's own code. It survives the transfer of the error between threads. */
	readonly errcode = 11;
}

/** This program writes only safe integers, so a number outside their range is damage. */
function isUnsafeNumber(error: unknown): boolean {
	return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

function hasCode(error: unknown, codes: readonly number[]): boolean {
	// The upper bits extend the primary code, such as IOERR_FSYNC.
	return isSqliteError(error) && codes.includes(error.errcode & 0xff);
}

/** Another connection locks the file. */
export const isBusy = (error: unknown) => hasCode(error, BUSY);

/** The file is not an intact database, or its content is damaged. */
export const isDamaged = (error: unknown): error is Error => hasCode(error, DAMAGED) || isUnsafeNumber(error);

/** The message with which triggers reject changes after a move. */
export const HAS_MOVED = 'the database has moved to';
const isMoved = (error: unknown) =>
	isSqliteError(error) && error.errcode === CONSTRAINT_TRIGGER && error.message.startsWith(HAS_MOVED);

/** The transaction failed, but the connection is usable: no lock, no space, or the log has moved. */
export const isPassing = (error: unknown) => hasCode(error, [...BUSY, FULL]) || isMoved(error);

/** The connection is unreliable and must be reopened. */
export const isBroken = (error: unknown) => hasCode(error, BROKEN) || isDamaged(error);
