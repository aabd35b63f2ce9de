/** Primary result codes of SQLite, https://sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const NOMEM = 7;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const NOTADB = 26;

function hasCode(error: unknown, codes: readonly number[]): boolean {
	if (!(error instanceof Error && 'errcode' in error)) return false;
	// The upper bits say more than the primary code, such as IOERR_FSYNC.
	return codes.includes(Number(error.errcode) & 0xff);
}

/** Whether an error came from SQLite. */
export function isSqliteError(error: unknown): error is Error {
	return error instanceof Error && 'errcode' in error;
}

/** Another connection holds the file. */
export function isBusy(error: unknown): boolean {
	return hasCode(error, [BUSY, LOCKED]);
}

/** The file is no database, or no longer one. */
export function isDamaged(error: unknown): boolean {
	return hasCode(error, [CORRUPT, NOTADB]);
}

/** The transaction failed for want of space or of a lock; the connection is as good as before. */
export function isPassing(error: unknown): boolean {
	return isBusy(error) || hasCode(error, [FULL]);
}

/** The connection can no longer be trusted: it has to be opened again. */
export function isBroken(error: unknown): boolean {
	return isDamaged(error) || hasCode(error, [IOERR, CANTOPEN, READONLY, NOMEM, PROTOCOL]);
}
