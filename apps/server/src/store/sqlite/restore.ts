import { chmodSync, chownSync, existsSync, linkSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreRejection } from '../store.ts';
import { copyDatabase, isSameFile, type Contents } from './copy.ts';
import { BUSY_TIMEOUT_MS, DamagedDatabase, explained, inspect } from './inspect.ts';
import { lockFile } from './lock.ts';
import { newEpoch } from '../epoch.ts';
import { withoutOthers } from './permissions.ts';
import { prepareFile } from './prepare-file.ts';
import { valueOf } from './query.ts';
import { SIDE_FILES } from './side-files.ts';
import { syncToDisk, writeWhole } from './write-whole.ts';

/** What the database holds now, and where the one of before is, when there was one. */
export interface Restored extends Contents {
	kept: string | undefined;
}

/**
 * Puts a copy of a backup in the place of a database that no server has, as a log of its own: with a new epoch.
 * Killed at any point, it leaves one of the two under the database's name.
 * @throws {StoreRejection} it cannot be; then the database is as it was
 */
export function restore(backup: string, database: string): Restored {
	return explained(database, () => {
		checkBackup(backup, database);
		const file = prepareFile(database);
		const { release } = lockFile(file);
		try {
			if (existsSync(file)) settle(file);
			return writeWhole(file, (temporary) => {
				const contents = copyDatabase(backup, temporary);
				replaceId(temporary);
				return { ...contents, kept: keep(file, temporary) };
			});
		} finally {
			release();
		}
	});
}

function checkBackup(backup: string, database: string): void {
	if (!statSync(backup, { throwIfNoEntry: false })?.isFile()) throw new StoreRejection(`there is no backup ${backup}`);
	if (isSameFile(backup, database)) throw new StoreRejection(`${backup} is the database itself`);
	if (inspect(backup, 'thorough').isEmpty) throw new StoreRejection(`${backup} is empty`);
}

/** Moves what is in the files beside a database into its own, so that it can be kept alone; a damaged one is left. */
function settle(file: string): void {
	try {
		inspect(file, 'quick');
		explained(file, () => leaveWal(file));
	} catch (error) {
		if (!(error instanceof DamagedDatabase)) throw error;
	}
}

function leaveWal(file: string): void {
	const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
	try {
		// Fails while anybody else has it open, who would later write to files that are no longer its own.
		database.exec('PRAGMA journal_mode = DELETE');
	} finally {
		database.close();
	}
}

/** Gives a log a name of its own, so that clients notice that it is another one than before. */
function replaceId(file: string): void {
	const database = new DatabaseSync(file);
	try {
		// Nothing has to be rolled back in a file that is thrown away unless all of it succeeds.
		valueOf(database, 'PRAGMA journal_mode = MEMORY');
		database.prepare('UPDATE meta SET epoch = ?').run(newEpoch());
	} finally {
		database.close();
	}
}

/** Gives the database of before a second name, so that its first can be taken, and its owner and mode to the new one; neither is for other users. */
function keep(file: string, replacement: string): string | undefined {
	const kept = `${file}.before-restore-${new Date().toISOString().replaceAll(':', '-')}`;
	const old = statSync(file, { throwIfNoEntry: false });
	if (old) {
		chmodSync(file, withoutOthers(old.mode));
		chmodSync(replacement, withoutOthers(old.mode));
		chownSync(replacement, old.uid, old.gid);
		linkSync(file, kept);
	}
	// There are some only beside a damaged database, or one that was deleted. They leave before the new one comes, which
	// SQLite would mend with them; a kill in between leaves the damaged one without what could not be used anyway.
	for (const suffix of SIDE_FILES) {
		if (!existsSync(`${file}${suffix}`)) continue;
		renameSync(`${file}${suffix}`, `${kept}${suffix}`);
		chmodSync(`${kept}${suffix}`, withoutOthers(statSync(`${kept}${suffix}`).mode));
	}
	syncToDisk(dirname(file));
	return old && kept;
}
