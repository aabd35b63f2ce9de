import type { DatabaseSync } from 'node:sqlite';
import { defineEntryChecksum, isIntact } from './sealed-rows.ts';
import { DamagedContent } from './sqlite-error.ts';

/** Conditions of damage, each as a query that returns a room or a user. */
const RULES: readonly [finding: string, query: string][] = [
	[
		'the entries do not run from 1 to the head in the room',
		`SELECT room FROM rooms
		FULL JOIN (
			SELECT room, count(*) AS count, min(seq) AS first, max(seq) AS last FROM (
				SELECT room, seq FROM messages UNION ALL SELECT room, seq FROM changes
			) GROUP BY room
		) AS log USING (room)
		WHERE head IS NULL OR head <> coalesce(count, 0) OR head <> coalesce(last, 0) OR first <> 1`
	],
	[
		'the messages are not numbered from 1 without a gap in the room',
		`SELECT room FROM rooms
		LEFT JOIN (
			SELECT room, count(*) FILTER (WHERE is_topic = 0 AND hidden = 0) AS count, max(said) AS last
			FROM messages GROUP BY room
		) AS log USING (room)
		WHERE said <> coalesce(count, 0) OR said <> coalesce(last, 0)`
	],
	[
		'an entry changes a missing message in the room',
		`SELECT changes.room FROM changes
		LEFT JOIN messages ON messages.room = changes.room AND messages.seq = changes.target WHERE messages.seq IS NULL`
	],
	[
		'a message replies to a missing message in the room',
		`SELECT messages.room FROM messages
		LEFT JOIN messages AS source ON source.room = messages.room AND source.seq = messages.reply_to
		WHERE messages.reply_to IS NOT NULL AND source.seq IS NULL`
	],
	['the name and the privacy do not match in the room', `SELECT room FROM rooms WHERE is_private <> (room LIKE '~%')`],
	[
		'the room is missing, or a read cursor is outside the log, in a membership of the user',
		`SELECT user_id FROM members LEFT JOIN rooms USING (room) WHERE head IS NULL OR read_seq NOT BETWEEN 0 AND head`
	],
	[
		'a session belongs to the missing user',
		`SELECT user_id FROM sessions LEFT JOIN users ON id = user_id WHERE id IS NULL`
	]
];

/**
 * Checks the content of the newest schema against its checksums and for consistency.
 * @throws {DamagedContent} the content is damaged
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
		throw new DamagedContent(`entry ${String(entry['seq'])} of the room ${String(entry['room'])} is damaged`);
	}
}
