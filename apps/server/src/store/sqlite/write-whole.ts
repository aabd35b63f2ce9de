import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates or replaces a file atomically and durably: writes it under a temporary name beside it, then renames it.
 * @param write creates the file under the given name
 * @throws the errors of `write`; the file is unchanged then
 */
export function writeWhole<Result>(file: string, write: (temporary: string) => Result): Result {
	const temporary = `${file}.${randomBytes(4).toString('hex')}.partial`;
	try {
		const result = write(temporary);
		syncToDisk(temporary);
		renameSync(temporary, file);
		syncToDisk(dirname(file));
		return result;
	} finally {
		rmSync(temporary, { force: true });
	}
}

/** Flushes a file, or the names in a directory, to disk. */
export function syncToDisk(path: string): void {
	const descriptor = openSync(path, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
