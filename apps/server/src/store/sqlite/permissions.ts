import { chmodSync, closeSync, openSync, realpathSync, statSync } from 'node:fs';
import type { Logger } from '../../log.ts';
import { LOCK, SIDE_FILES } from './side-files.ts';
import { SUSPICION } from './suspicion.ts';

/** The mode bits of users who are neither the owner of a file nor in its group. */
const OTHERS = 0o007;

/** Removes the access of other users from a mode. */
export function withoutOthers(mode: number): number {
	return mode & 0o777 & ~OTHERS;
}

/**
 * Creates an empty file that only its owner may use, regardless of the umask. SQLite gives the files beside a database
 * the mode of the database.
 * @returns whether it created the file; an existing one stays unchanged
 * @throws the system's error if it cannot be created
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

/** Removes the access of other users from a database and the files beside it, and logs that. */
export function excludeOthers(database: string, log: Logger): void {
	const real = realpathSync(database);
	const files = ['', ...SIDE_FILES, LOCK, SUSPICION].map((suffix) => `${real}${suffix}`);
	const accessible = files.filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0);
	if (accessible.length === 0) return;
	try {
		for (const file of accessible) chmodSync(file, withoutOthers(statSync(file).mode));
		log.warn(
			{ files: accessible },
			'The database was accessible to other users of this machine: their access was removed'
		);
	} catch (error) {
		log.warn({ files: accessible, error: String(error) }, 'The database is accessible to other users of this machine');
	}
}
