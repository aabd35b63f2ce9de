import type { DatabaseSync } from 'node:sqlite';
import { defineEntryChecksum, isIntact } from './sealed-rows.ts';
import { DamagedContent } from './sqlite-error.ts';

/** What a database never holds, each as a query that finds one room or user with it. */
const RULES: readonly [finding: string, query: string][] = [
	[
		'the entries are not those from 1 to the head in the room',
		`SELECT room FROM rooms
		FULL JOIN (
			SELECT room, count(*) AS count, min(seq) AS first, max(seq) AS last FROM (
				SELECT room, seq FROM messages UNION ALL SELECT room, seq FROM changes
			) GROUP BY room
		) AS log USING (room)
		WHERE head IS NULL OR head <> coalesce(count, 0) OR head <> coalesce(last, 0) OR first <> 1`
	],
	[
		'the messages do not have the numbers from 1 on in the room',
		`SELECT room FROM rooms
		LEFT JOIN (SELECT room, count(*) AS count, max(said) AS last FROM messages GROUP BY room) AS log USING (room)
		WHERE said <> coalesce(count, 0) OR said <> coalesce(last, 0)`
	],
	[
		'an entry changes a message that is not there in the room',
		`SELECT changes.room FROM changes
		LEFT JOIN messages ON messages.room = changes.room AND messages.seq = changes.target WHERE messages.seq IS NULL`
	],
	['a name and its privacy differ in the room', `SELECT room FROM rooms WHERE is_private <> (room LIKE '~%')`],
	[
		'there is a membership without a room, or with a read cursor that is not in the log, of the user',
		`SELECT user_id FROM members LEFT JOIN rooms USING (room) WHERE head IS NULL OR read_seq NOT BETWEEN 0 AND head`
	],
	[
		'there is a session without a user, of the user',
		`SELECT user_id FROM sessions LEFT JOIN users ON id = user_id WHERE id IS NULL`
	]
];

/**
 * Checks what the tables of the newest schema say, against the checksums and against each other.
 * @throws {DamagedContent} something is not as it was written
 */
export function checkContent(database: DatabaseSync): void {
	for (const [finding, query] of RULES) {
		const row = database.prepare(`${query} LIMIT 1`).get();
		if (row) throw new DamagedContent(`${finding} ${String(Object.values(row)[0])}`);
	}
	defineEntryChecksum(database);
	for (const name of ['messages', 'changes'] as const) {
		const entry = database.prepare(`SELECT room, seq FROM ${name} WHERE NOT ${isIntact(name)} LIMIT 1`).get();
		if (!entry) continue;
		throw new DamagedContent(
			`entry ${String(entry['seq'])} of the room ${String(entry['room'])} is not as it was written`
		);
	}
}
