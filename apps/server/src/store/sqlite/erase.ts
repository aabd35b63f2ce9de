import type { DatabaseSync } from 'node:sqlite';
import { statementsOf } from './query.ts';
import { sealing } from './sealed-rows.ts';

/** The state of an emptied message. */
const EMPTIED = { text: "''", original: 'NULL', editedAt: 'NULL', reactions: "''" };

/** Erases the versions and reactions of messages from one `seq` to another; SQLite overwrites them. */
export function erasingOf(database: DatabaseSync): (room: string, from: number, to: number) => void {
	const prepare = statementsOf(database);
	const eraseVersions = prepare<[string, number, number]>(
		`UPDATE changes SET ${sealing('changes', { text: "''" })} WHERE room = ? AND target BETWEEN ? AND ? AND text <> ''`
	);
	const eraseReactions = prepare<[string, number, number]>(
		'DELETE FROM reactions WHERE room = ? AND target BETWEEN ? AND ?'
	);
	return (room, from, to) => {
		eraseVersions.run(room, from, to);
		eraseReactions.run(room, from, to);
	};
}

/** Empties messages from one `seq` to another. @returns a function that says how many had a text */
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
