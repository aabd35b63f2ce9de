import type { DatabaseSync } from 'node:sqlite';
import { statementsOf } from './query.ts';
import { sealing } from './sealed-rows.ts';

/** The columns of an emptied message, as SQL. */
const EMPTIED = {
	replyTo: 'NULL',
	text: "''",
	original: 'NULL',
	mentions: "''",
	originalMentions: 'NULL',
	editedAt: 'NULL',
	folded: "''"
};

/** Makes the function that erases the versions, marks and mentions of a range of messages. SQLite overwrites the bytes. */
export function erasingOf(database: DatabaseSync): (room: string, from: number, to: number) => void {
	const prepare = statementsOf(database);
	const eraseVersions = prepare<[string, number, number]>(
		`UPDATE changes SET ${sealing('changes', { content: "''" })} WHERE room = ? AND target BETWEEN ? AND ? AND content <> ''`
	);
	const eraseMarks = prepare<[string, number, number]>('DELETE FROM marks WHERE room = ? AND target BETWEEN ? AND ?');
	const eraseMentions = prepare<[string, number, number]>(
		'DELETE FROM mentions WHERE room = ? AND seq BETWEEN ? AND ?'
	);
	return (room, from, to) => {
		eraseMentions.run(room, from, to);
		eraseVersions.run(room, from, to);
		eraseMarks.run(room, from, to);
	};
}

/** Makes the function that empties a range of messages and returns how many had a text. */
export function emptyingOf(database: DatabaseSync): (room: string, from: number, to: number) => number {
	const erase = erasingOf(database);
	const empty = statementsOf(database)<[string, number, number]>(
		`UPDATE messages SET ${sealing('messages', EMPTIED)} WHERE room = ? AND seq BETWEEN ? AND ? AND text <> ''`
	);
	return (room, from, to) => {
		erase(room, from, to);
		return empty.run(room, from, to);
	};
}
