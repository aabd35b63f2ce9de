import type { DatabaseSync } from 'node:sqlite';
import { EMPTIED } from './entry-checksum.ts';
import { statementsOf } from './query.ts';

/**
 * The only way in which a message loses its text; SQLite overwrites it.
 * @returns what empties the messages of a room from one `seq` to another, and says how many had a text
 */
export function emptyingOf(database: DatabaseSync): (room: string, from: number, to: number) => number {
	const empty = statementsOf(database)<[string, number, number]>(
		`UPDATE messages SET ${EMPTIED} WHERE room = ? AND seq BETWEEN ? AND ? AND text <> ''`
	);
	return (room, from, to) => empty.run(room, from, to);
}
