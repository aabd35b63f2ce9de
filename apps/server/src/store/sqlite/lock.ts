import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { createPrivately } from './permissions.ts';
import { LOCK } from './side-files.ts';
import { isBusy } from './sqlite-error.ts';

/** Another server uses the file. */
export class FileInUse extends StoreRejection {}

/**
 * Locks a database file against other servers until it is released or this process ends. The operating system holds the
 * lock on `<file>.lock`, so a killed process leaves none.
 * @throws {FileInUse} another server holds it
 * @throws {StoreRejection} the lock cannot be taken
 */
export function lockFile(file: string): { release: () => void } {
	let side: DatabaseSync | undefined;
	try {
		createPrivately(`${file}${LOCK}`);
		side = new DatabaseSync(`${file}${LOCK}`, { timeout: 0 });
		side.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
	} catch (error) {
		side?.close();
		if (isBusy(error)) throw new FileInUse(`${file} is in use by another server`);
		throw new StoreRejection(`${file}${LOCK} cannot be written: ${String(error)}`);
	}
	const held = side;
	return { release: () => held.close() };
}
