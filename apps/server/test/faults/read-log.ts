import { DatabaseSync } from 'node:sqlite';
import type { Message } from '@digda/protocol';

/** The messages of each room, by `seq`. */
export type Log = Map<string, Message[]>;

/** A row of the log, in whichever database. */
export interface Row {
	room: string;
	seq: number;
	id: string;
	authorId: string;
	authorName: string;
	text: string;
	sentAt: number;
	deletes: number | null;
}

function query(file: string, sql: string, ...parameters: string[]): unknown[] {
	const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
	try {
		return database.prepare(sql).all(...parameters);
	} finally {
		database.close();
	}
}

/** Reads the whole log from the file itself, past the server. */
export function readLog(file: string): Log {
	// The columns are those of the select, from a table whose columns have types.
	const rows = query(
		file,
		`SELECT room, seq, id, author_id AS authorId, author_name AS authorName, text, sent_at AS sentAt, deletes
		FROM messages ORDER BY room, seq`
	) as Row[];
	return toLog(rows);
}

/** Puts rows, ascending, to their rooms. */
export function toLog(rows: readonly Row[]): Log {
	const log: Log = new Map();
	for (const { room, authorId, authorName, deletes, ...rest } of rows) {
		const message = deletes === null ? rest : { ...rest, deletes };
		const messages = log.get(room) ?? [];
		messages.push({ ...message, author: { id: authorId, name: authorName } });
		log.set(room, messages);
	}
	return log;
}

/** Reads the highest `seq` of each room from the file itself. */
export function readHeads(file: string): Map<string, number> {
	const rows = query(file, 'SELECT room, max(seq) AS head FROM messages GROUP BY room') as {
		room: string;
		head: number;
	}[];
	return new Map(rows.map(({ room, head }) => [room, head]));
}

/** Reads the user ids of a room's members from the file itself. */
export function readMembers(file: string, room: string): Set<string> {
	const rows = query(file, 'SELECT user_id AS userId FROM members WHERE room = ?', room) as { userId: string }[];
	return new Set(rows.map(({ userId }) => userId));
}
