import type { MessageRow } from '../message-row.ts';
import { entryChecksum } from './entry-checksum.ts';
import { DamagedContent } from './sqlite-error.ts';

/** A row with its checksum; null in one from before there were checksums. */
export interface StoredRow extends MessageRow {
	checksum: number | null;
}

/**
 * Checks that rows are all those of a part of a room, each as it was written.
 * @throws {DamagedContent} one is missing, or says something else
 */
export function checkPage(room: string, rows: readonly StoredRow[], { first, last }: { first: number; last: number }) {
	// The key of the table keeps two rows from having one `seq`, so the count settles it.
	if (rows.length !== Math.max(0, last - first + 1)) {
		throw new DamagedContent(`entries of the room ${room} between ${first} and ${last} are missing`);
	}
	for (const row of rows) {
		if (row.checksum !== null && row.checksum !== entryChecksum(room, row)) {
			throw new DamagedContent(`entry ${row.seq} of the room ${room} is not as it was written`);
		}
	}
}
