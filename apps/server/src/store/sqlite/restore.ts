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

/** The contents of the restored database, and the path of the previous one, if any. */
export interface Restored extends Contents {
	kept: string | undefined;
}

/**
 * Replaces a database with a copy of a backup, which gets a new epoch. No server may use the database. After a kill at
 * any point, one of the two is under the database's name.
 * @throws {StoreRejection} the restore failed; the database is unchanged then
 */
export function restore(backup: string, database: string): Restored {
	return explained(database, () => {
		checkBackup(backup, database);
		const file = prepareFile(database);
		const { release } = lockFile(file);
		try {
			if (existsSync(file)) mergeSideFiles(file);
			return writeWhole(file, (temporary) => {
				const contents = copyDatabase(backup, temporary);
				replaceEpoch(temporary);
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

/**
 * Merges the files beside a database into it, so that it can be kept as one file. A damaged database stays unchanged.
 */
function mergeSideFiles(file: string): void {
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
		// Fails while another program has the database open, which would later write to files that no longer belong to
		// it.
		database.exec('PRAGMA journal_mode = DELETE');
	} finally {
		database.close();
	}
}

/** Gives the log a new epoch, so that clients notice that it is another log. */
function replaceEpoch(file: string): void {
	const database = new DatabaseSync(file);
	try {
		// A rollback is unnecessary: the file is deleted unless all steps succeed.
		valueOf(database, 'PRAGMA journal_mode = MEMORY');
		database.prepare('UPDATE meta SET epoch = ?').run(newEpoch());
	} finally {
		database.close();
	}
}

/**
 * Links the previous database under a second name, and gives the new one its owner and mode. Other users get no access.
 */
function keep(file: string, replacement: string): string | undefined {
	const kept = `${file}.before-restore-${new Date().toISOString().replaceAll(':', '-')}`;
	const old = statSync(file, { throwIfNoEntry: false });
	if (old) {
		chmodSync(file, withoutOthers(old.mode));
		chmodSync(replacement, withoutOthers(old.mode));
		chownSync(replacement, old.uid, old.gid);
		linkSync(file, kept);
	}
	// These files exist only beside a damaged or deleted database. They move away first, because SQLite would apply
	// them to the new one. After a kill in between, the damaged database lacks files that were unusable anyway.
	for (const suffix of SIDE_FILES) {
		if (!existsSync(`${file}${suffix}`)) continue;
		renameSync(`${file}${suffix}`, `${kept}${suffix}`);
		chmodSync(`${kept}${suffix}`, withoutOthers(statSync(`${kept}${suffix}`).mode));
	}
	syncToDisk(dirname(file));
	return old && kept;
}
