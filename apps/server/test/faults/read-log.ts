import { DatabaseSync } from 'node:sqlite';
import { MAX_PACKET_MESSAGES, type Entry } from '@digda/protocol';
import { createHistory } from '../../src/store/sqlite/history.ts';
import type { Store } from '../../src/store/store.ts';
import { readEntries } from '../store/support/read.ts';

/** The entries of each room, by `seq`. */
export type Log = Map<string, Entry[]>;

/** A database that is read without the servers. */
export interface Stored extends Pick<Store, 'readLog' | 'readPage'> {
	/** Runs SQL that both engines understand. */
	ask: <Row extends object>(sql: string) => Promise<Row[]>;
}

/** The row of a room. */
export interface RoomRow {
	room: string;
	head: number;
	said: number;
	lastDeletion: number;
	topic: string;
	ownerId: string | null;
}

/** Reads from the database file of a server without that server. */
export async function readFile<Result>(
	file: string,
	read: (stored: Stored) => Promise<Result> | Result
): Promise<Result> {
	const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
	let history: ReturnType<typeof createHistory> | undefined;
	const calls = () => (history ??= createHistory(database));
	try {
		return await read({
			readLog: (...range) => Promise.resolve(calls().readLog(...range)),
			readPage: (...range) => Promise.resolve(calls().readPage(...range)),
			// The row has the columns of the statement.
			ask: <Row extends object>(sql: string) => Promise.resolve(database.prepare(sql).all() as Row[])
		});
	} finally {
		database.close();
	}
}

export async function readRooms({ ask }: Stored): Promise<RoomRow[]> {
	return await ask<RoomRow>(
		`SELECT room, head, said, last_deletion AS "lastDeletion", topic, owner_id AS "ownerId" FROM rooms ORDER BY room`
	);
}

/** Reads the whole log. @param limit the number of entries that are read at once */
export async function readLog(stored: Stored, limit: number = MAX_PACKET_MESSAGES): Promise<Log> {
	const log: Log = new Map();
	for (const { room } of await readRooms(stored)) log.set(room, await readEntries(stored, room, { limit }));
	return log;
}

/** Reads the highest `seq` of each room. */
export async function readHeads(stored: Stored): Promise<Map<string, number>> {
	return new Map((await readRooms(stored)).map(({ room, head }) => [room, head]));
}

/** Reads the read cursor of each member of a room, by user id. */
export async function readMembers({ ask }: Stored, room: string): Promise<Map<string, number>> {
	const rows = await ask<{ room: string; userId: string; readSeq: number }>(
		'SELECT room, user_id AS "userId", read_seq AS "readSeq" FROM members'
	);
	return new Map(rows.filter((row) => row.room === room).map(({ userId, readSeq }) => [userId, readSeq]));
}

/** The texts of the messages of a room, in order. A deleted message has an empty text. */
export function textsOf(log: Log, room: string): string[] {
	return (log.get(room) ?? []).flatMap((entry) => (entry.kind === 'message' ? entry.text : []));
}
