import type { MessageRow } from '../message-row.ts';
import { entryChecksum } from './entry-checksum.ts';
import { DamagedContent } from './sqlite-error.ts';

/** The columns of `messages` in the order of `RowValues`. */
export const ROW_COLUMNS = 'seq, id, author_id, author_name, text, sent_at, deletes, checksum';

/** A row as an array, which Node.js makes and JavaScript reads faster than an object. */
export type RowValues = [
	...[seq: number, id: string, authorId: string, authorName: string, text: string, sentAt: number],
	deletes: number | null,
	checksum: number
];

/** Consecutive entries of a room. */
interface Part {
	first: number;
	last: number;
}

/** Checks that a part of a room has all of its rows. @throws {DamagedContent} one is missing */
export function checkComplete(room: string, rows: readonly unknown[], { first, last }: Part): void {
	// The key of the table keeps two rows from having one `seq`, so the count settles it.
	if (rows.length !== Math.max(0, last - first + 1)) {
		throw new DamagedContent(`entries of the room ${room} between ${first} and ${last} are missing`);
	}
}

/**
 * Makes entries of rows, and checks that they are all those of a part of a room, each as it was written.
 * @throws {DamagedContent} one is missing, or says something else
 */
export function checkPage(room: string, rows: readonly RowValues[], part: Part): MessageRow[] {
	checkComplete(room, rows, part);
	return rows.map(([seq, id, authorId, authorName, text, sentAt, deletes, checksum]) => {
		const entry = { seq, id, authorId, authorName, text, sentAt, deletes };
		if (checksum !== entryChecksum(room, entry)) {
			throw new DamagedContent(`entry ${seq} of the room ${room} is not as it was written`);
		}
		return entry;
	});
}
