import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreRejection } from '../store.ts';

/**
 * Creates the missing directory of a database file, for its owner only.
 * @returns the real path, by which the file is locked
 * @throws {StoreRejection} this program cannot write the file
 */
export function prepareFile(file: string): string {
	try {
		mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	} catch (error) {
		throw new StoreRejection(`${dirname(file)} cannot be created: ${String(error)}`);
	}
	checkWritable(file);
	return existsSync(file) ? realpathSync(file) : file;
}

function checkWritable(file: string): void {
	const directory = dirname(file);
	try {
		accessSync(directory, constants.W_OK | constants.X_OK);
		if (!existsSync(file)) return;
		accessSync(file, constants.R_OK | constants.W_OK);
	} catch (error) {
		throw new StoreRejection(`${file} is not writable: ${String(error)}`);
	}
	if (!statSync(file).isFile()) throw new StoreRejection(`${file} is not a file`);
}
