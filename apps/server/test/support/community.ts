import { DatabaseSync } from 'node:sqlite';
import { withClient } from '@digda/testkit/engines/with-client.ts';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { defineEntryChecksum, SEALED } from '../../src/store/sqlite/entry-checksum.ts';
import type { Store } from '../../src/store/store.ts';
import { message } from '../store/contract.ts';

export const PRIVATE_ROOM = '~0123456789abcdefghijkl';
const PEOPLE = ['ada', 'bora', 'chan'];
const ROOMS = ['lobby', 'attic', '바다', PRIVATE_ROOM];

/** The hash of a person's token. */
export const hashOf = (person: string) => Buffer.from(person.padEnd(32)).toString('hex');

/** Makes a community of three people in a SQLite file: rooms of all kinds, read cursors, a deletion, a text of 16 KB. */
export async function makeCommunity({ file, url }: { file: string; url: string }): Promise<void> {
	const store = await openStore(url, createLogger('silent'));
	for (const [index, person] of PEOPLE.entries()) {
		await store.createSession(hashOf(person), { id: person, name: `${person} 😀` }, 1_000 + index);
	}
	for (const room of ['lobby', 'attic', '바다']) await store.join('ada', room, 5_000);
	await store.join('bora', 'lobby', 5_000);
	for (const room of ['lobby', 'attic']) await store.join('bora', room, 5_000);
	const said = ['안녕하세요, 반갑습니다', 'two\twords\nand a \\N line', '"quoted" \\u0041 {}', '', 'x'.repeat(4_000)];
	await store.append(
		said.map((text, index) => message('ada', `m${index}`, { text, sentAt: 1_764_000_000_000 + index })),
		[{ room: 'lobby', userId: 'ada', seq: 3 }]
	);
	await store.append([message('bora', 'm0', { text: 'same id, other author' })], []);
	await store.append([message('ada', 'b0', { room: '바다', text: '파도' })], []);
	await store.leave('bora', 'attic');
	await store.close();
	edit(
		file,
		`INSERT INTO rooms (room, title, owner_id, is_private, head, last_at, closed_at) VALUES ('${PRIVATE_ROOM}', '비밀 방', 'chan', 1, 1, 7000, NULL);
		INSERT INTO rooms (room, title, owner_id, is_private, head, last_at, closed_at) VALUES ('~closed', '닫힌 방', 'chan', 1, 0, 7000, 7500);
		INSERT INTO invitations VALUES (x'${'0b'.repeat(32)}', 'door', '${PRIVATE_ROOM}', 7002);
		INSERT INTO members VALUES ('chan', '${PRIVATE_ROOM}', 1, NULL), ('bora', '${PRIVATE_ROOM}', 0, 'door');
		INSERT INTO messages VALUES ('${PRIVATE_ROOM}', 1, 'p1', 'chan', 'Chan', '쉿', 7001, NULL, 0)`
	);
	takeBack(file, 'lobby', 2);
}

/** Makes room for many more messages: a log of this length in a room of its own. */
export function lengthen(file: string, room: string, length: number): void {
	edit(
		file,
		`INSERT INTO rooms (room, title, owner_id, is_private, head, last_at, closed_at) VALUES ('${room}', '${room}', NULL, 0, ${length}, 9000, NULL);
		WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${length})
		INSERT INTO messages SELECT '${room}', n, '${room}' || n, 'ada', 'Ada', '메시지 ' || n, n, NULL, 0 FROM counter`
	);
}

/** Deletes a message as the log says it: the row loses its text, and an entry names it. */
export function takeBack(file: string, room: string, seq: number): void {
	edit(
		file,
		`BEGIN;
		UPDATE messages SET text = '', checksum = 0 WHERE room = '${room}' AND seq = ${seq};
		UPDATE rooms SET head = head + 1 WHERE room = '${room}';
		INSERT INTO messages SELECT room, head, 'd' || head, 'ada', 'Ada', '', 8000, ${seq}, 0 FROM rooms WHERE room = '${room}';
		COMMIT`
	);
}

/** Empties the beginning of a room, as retention does. */
export function emptyTo(file: string, room: string, seq: number): void {
	edit(
		file,
		`BEGIN;
		UPDATE messages SET text = '', checksum = 0 WHERE room = '${room}' AND seq <= ${seq};
		UPDATE rooms SET emptied_to = ${seq} WHERE room = '${room}';
		COMMIT`
	);
}

/** Writes behind the back of a store. Rows of `messages` with the checksum 0 get the right one. */
export function edit(file: string, sql: string): void {
	execute(file, `${sql}; UPDATE messages SET ${SEALED} WHERE checksum = 0`);
}

/** Does something in a file of SQLite, whatever it holds. */
export function execute(file: string, sql: string): void {
	const database = new DatabaseSync(file, { timeout: 5_000 });
	defineEntryChecksum(database);
	database.exec(sql);
	database.close();
}

/** All that a store says of the community. */
export async function pictureOf(store: Store) {
	return {
		epoch: store.epoch,
		heads: await store.heads(ROOMS),
		pages: await Promise.all(ROOMS.map((room) => store.read(room, { after: 0 }, 200))),
		memberships: await Promise.all(PEOPLE.map((person) => store.roomsOf(person))),
		people: await Promise.all(PEOPLE.map((person) => store.findSession(hashOf(person)))),
		publicRooms: await store.publicRooms(200)
	};
}

const TABLES = {
	meta: ['epoch', 'epoch'],
	users: ['id, name, created_at', 'id'],
	sessions: ['hex(token_hash) AS token, user_id, created_at', 'token'],
	rooms: ['room, title, owner_id, is_private, head, last_at, closed_at, emptied_to', 'room'],
	members: ['user_id, room, read_seq, invitation', 'user_id, room'],
	invitations: ['hex(secret_hash) AS secret, id, room, created_at', 'id'],
	messages: ['room, seq, id, author_id, author_name, text, sent_at, deletes', 'room, seq']
} as const;

/** All rows of a community in SQLite. */
export function rowsInSqlite(file: string): Record<string, unknown[]> {
	const database = new DatabaseSync(file, { readOnly: true });
	const rows = Object.entries(TABLES).map(([table, [columns, order]]) => [
		table,
		// Objects of SQLite have no prototype, which alone would make them differ.
		database
			.prepare(`SELECT ${columns} FROM ${table} ORDER BY ${order}`)
			.all()
			.map((row) => ({ ...row }))
	]);
	database.close();
	return Object.fromEntries(rows) as Record<string, unknown[]>;
}

/** All rows of a community in PostgreSQL, as SQLite spells them. */
export async function rowsInPostgres(url: string): Promise<Record<string, unknown[]>> {
	return await withClient(url, async (client) => {
		const rows: Record<string, unknown[]> = {};
		for (const [table, [columns, order]] of Object.entries(TABLES)) {
			const spelled = columns
				.replace(/hex\((\w+)\)/, "upper(encode($1, 'hex'))")
				.replace('is_private', 'is_private::int AS is_private');
			rows[table] = (await client.query(`SELECT ${spelled} FROM ${table} ORDER BY ${order}`)).rows;
		}
		return rows;
	});
}
