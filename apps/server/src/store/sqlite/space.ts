import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Space } from '../store.ts';

/** What a database and its log of writes take, and what is left on their disk for this user. */
export async function spaceOf(file: string): Promise<Space> {
	const [database, log, disk] = await Promise.all([
		stat(file),
		// The last connection to close takes it away.
		stat(`${file}-wal`).catch(() => ({ size: 0 })),
		statfs(dirname(file))
	]);
	return { usedBytes: database.size + log.size, freeBytes: disk.bavail * disk.bsize };
}
