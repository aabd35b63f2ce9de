import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file, or replaces it, so that whatever has its name is whole and on the disk: it is written under a name
 * beside it and then renamed.
 * @param write makes the file of the name that it is given
 * @throws what writing it throws; then the file is as it was
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

/** Waits until the disk has a file, or the names in a directory. */
export function syncToDisk(path: string): void {
	const descriptor = openSync(path, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
