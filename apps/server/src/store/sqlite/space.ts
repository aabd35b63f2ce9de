import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Space } from '../store.ts';

/** The size of a database with its WAL, and the free disk space for this user, in bytes. */
export async function spaceOf(file: string): Promise<Space> {
	const [database, log, disk] = await Promise.all([
		stat(file),
		// The last connection to close deletes the WAL.
		stat(`${file}-wal`).catch(() => ({ size: 0 })),
		statfs(dirname(file))
	]);
	return { usedBytes: database.size + log.size, freeBytes: disk.bavail * disk.bsize };
}
