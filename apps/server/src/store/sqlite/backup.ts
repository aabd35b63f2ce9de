import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreRejection } from '../store.ts';
import { copyDatabase, isSameFile, type Contents } from './copy.ts';
import { explained, inspect } from './inspect.ts';
import { LOCK, SIDE_FILES } from './side-files.ts';
import { SUSPICION } from './suspicion.ts';
import { writeWhole } from './write-whole.ts';

/**
 * Copies a database into a new file. A server may be writing to it.
 * @returns the contents of the copy
 * @throws {StoreRejection} the copy failed; nothing was written then
 */
export function backup(database: string, target: string): Contents {
	return explained(target, () => {
		checkTarget(database, target);
		if (!statSync(database, { throwIfNoEntry: false }) || inspect(database, 'thorough').isEmpty) {
			throw new StoreRejection(`there is no database ${database} yet`);
		}
		return writeWhole(target, (temporary) => {
			const contents = copyDatabase(database, temporary);
			// Another program may have created the file during the copy.
			checkTarget(database, target);
			return contents;
		});
	});
}

function checkTarget(database: string, target: string): void {
	if (!statSync(dirname(target), { throwIfNoEntry: false })?.isDirectory()) {
		throw new StoreRejection(`${dirname(target)} is not a directory`);
	}
	const isItsOwn = [...SIDE_FILES, LOCK, SUSPICION].some((suffix) => target === `${database}${suffix}`);
	if (isItsOwn || target === database || isSameFile(target, database)) {
		throw new StoreRejection(`${target} belongs to the database itself`);
	}
	if (lstatSync(target, { throwIfNoEntry: false })) throw new StoreRejection(`${target} exists already`);
}
