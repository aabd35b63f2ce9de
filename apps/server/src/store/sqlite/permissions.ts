import { chmodSync, closeSync, openSync, realpathSync, statSync } from 'node:fs';
import type { Logger } from '../../log.ts';
import { LOCK, SIDE_FILES } from './side-files.ts';
import { SUSPICION } from './suspicion.ts';

/** Of the mode of a file, what users may do who are neither its owner nor in its group. */
const OTHERS = 0o007;

/** The mode of a file that only its owner and its group may use. */
export function withoutOthers(mode: number): number {
	return mode & 0o777 & ~OTHERS;
}

/**
 * Makes an empty file that only its owner may use, whatever the umask of the process. SQLite gives the files beside a
 * database the mode of the database.
 * @returns whether it made the file: one that exists stays as it is
 * @throws the system's error when it cannot be made
 */
export function createPrivately(file: string): boolean {
	try {
		closeSync(openSync(file, 'wx', 0o600));
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	}
}

/** Takes a database and the files beside it from users who are neither its owner nor in its group, and logs it once. */
export function excludeOthers(database: string, log: Logger): void {
	const real = realpathSync(database);
	const files = ['', ...SIDE_FILES, LOCK, SUSPICION].map((suffix) => `${real}${suffix}`);
	const open = files.filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0);
	if (open.length === 0) return;
	try {
		for (const file of open) chmodSync(file, withoutOthers(statSync(file).mode));
		log.warn({ files: open }, 'The database was open to other users of this machine, and no longer is');
	} catch (error) {
		log.warn({ files: open, error: String(error) }, 'The database is open to other users of this machine');
	}
}
