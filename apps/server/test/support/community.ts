import { DatabaseSync } from 'node:sqlite';
import { directRoomOf } from '@digda/protocol';
import { withClient } from '@digda/testkit/engines/with-client.ts';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { SCHEMA, sqlName, type Table } from '../../src/store/schema.ts';
import { defineEntryChecksum, sealing } from '../../src/store/sqlite/sealed-rows.ts';
import type { Store } from '../../src/store/store.ts';
import { deletion, edit as editOf, entryOf, message, reaction, target } from '../store/support/entries.ts';
import { readEntries } from '../store/support/read.ts';

export const PRIVATE_ROOM = '~0123456789abcdefghijkl';
const PAIR = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;
const DIRECT_ROOM = directRoomOf(...PAIR) ?? '';
const PEOPLE = ['ada', 'bora', 'chan', ...PAIR];
const ROOMS = ['lobby', 'attic', '바다', PRIVATE_ROOM, DIRECT_ROOM];

/** The hash of a person's token. */
export const hashOf = (person: string) => Buffer.from(person.padEnd(32).slice(0, 32)).toString('hex');

/**
 * Makes a community of five people in a SQLite file: rooms of all kinds, read cursors, entries of all kinds, a text of
 * 16 KB, hidden messages in a direct room.
 */
export async function makeCommunity({ url }: { file: string; url: string }): Promise<void> {
	const store = await openStore(url, createLogger('silent'));
	for (const [index, person] of PEOPLE.entries()) {
		await store.createSession(hashOf(person), { id: person, name: `${person} 😀` }, 1_000 + index);
	}
	for (const room of ['lobby', 'attic', '바다']) await store.join('ada', room, 5_000);
	for (const room of ['lobby', 'attic']) await store.join('bora', room, 5_000);
	const said = ['안녕하세요, 반갑습니다', 'two\twords\nand a \\N line', '"quoted" \\u0041 {}', '…', 'x'.repeat(4_000)];
	await store.append(
		said.map((text, index) => message('ada', `m${index}`, { text, sentAt: 1_764_000_000_000 + index })),
		[{ room: 'lobby', userId: 'ada', seq: 3 }]
	);
	await store.append([message('bora', 'm0', { text: 'same id, other author' })], []);
	await store.append([message('ada', 'b0', { room: '바다', text: '파도' })], []);
	await store.leave('bora', 'attic');
	await store.setRoom('ada', '바다', { isPinned: true });

	await store.createRoom('chan', PRIVATE_ROOM, '비밀 방', 7_000);
	await store.createRoom('chan', '~closed-0123456789abcdef', '닫힌 방', 7_000);
	await store.closeRoom({ user: { id: 'chan', name: 'Chan' }, isOperator: false }, '~closed-0123456789abcdef', 7_500);
	await store.invite('chan', PRIVATE_ROOM, {
		id: 'door',
		secretHash: '0b'.repeat(32),
		createdAt: 7_002,
		expiresAt: 2 ** 45,
		maxUses: 500
	});
	await store.accept('bora', '0b'.repeat(32), 1);
	await store.append([message('chan', 'p1', { room: PRIVATE_ROOM, text: '쉿', sentAt: 7_001 })], []);

	const later = { sentAt: 1_765_000_000_000 };
	await store.append(
		[
			editOf('ada', 'e1', target('ada', 'm0'), '안녕히 가세요', later),
			reaction('bora', 'r1', target('ada', 'm0'), '👩‍👧‍👦', later),
			reaction('ada', 'r2', target('bora', 'm0'), '👍', later),
			reaction('ada', 'r3', target('bora', 'm0'), '👍', { ...later, isSet: false }),
			editOf('ada', 'e2', target('ada', 'm1'), 'a version of what is deleted', later),
			deletion('ada', 'd1', target('ada', 'm1'), later)
		],
		[]
	);
	await makeDirectRoom(store);
	await store.close();
}

/** Two people in their direct room: one blocks the other for a while, whose messages and changes are hidden. */
async function makeDirectRoom(store: Store): Promise<void> {
	const [one, other] = PAIR;
	const room = { room: DIRECT_ROOM };
	for (const person of PAIR) await store.join(person, '바다', 8_000);
	await store.join(one, DIRECT_ROOM, 8_000);
	const mentions = [{ id: other, name: '수달' }];
	await store.append([message(one, 'x0', { ...room, text: '@수달', mentions })], []);
	await store.block(other, one, true);
	await store.append([message(one, 'x1', { ...room, text: '숨은 @수달', mentions })], []);
	await store.append(
		[editOf(one, 'xe', target(one, 'x1'), '고친 글', room), reaction(one, 'xr', target(one, 'x1'), '👍', room)],
		[]
	);
	await store.block(other, one, false);
	await store.append(
		[
			message(one, 'x2', { ...room, replyTo: target(one, 'x1') }),
			entryOf('topic', other, 'xt', { text: '주제' }, room)
		],
		[]
	);
	await store.block(one, 'somebody', true);
}

/** Adds a room with a log of this many messages. */
export function lengthen(file: string, room: string, length: number): void {
	edit(
		file,
		`INSERT INTO rooms (room, title, owner_id, is_private, head, said, last_at)
		VALUES ('${room}', '${room}', NULL, 0, ${length}, ${length}, 9000);
		WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${length})
		INSERT INTO messages (room, seq, id, author_id, author_name, sent_at, said, hidden, changed, text_seq, text, mentions, folded, checksum)
		SELECT '${room}', n, '${room}' || n, 'ada', 'Ada', n, n, 0, n, n, '메시지 ' || n, '', '', 0 FROM counter`
	);
}

/** Runs SQL on a database file without its store. Rows of the log with the checksum 0 get the right one. */
export function edit(file: string, sql: string): void {
	const seal = (['messages', 'changes'] as const).map(
		(name) => `UPDATE ${name} SET ${sealing(name)} WHERE checksum = 0`
	);
	execute(file, [sql, ...seal].join('; '));
}

/** Runs SQL on an SQLite file, whatever its schema. */
export function execute(file: string, sql: string): void {
	const database = new DatabaseSync(file, { timeout: 5_000 });
	defineEntryChecksum(database);
	database.exec(sql);
	database.close();
}

/** Everything that a store returns about the community. */
export async function pictureOf(store: Store) {
	return {
		epoch: store.epoch,
		heads: await store.heads(ROOMS),
		logs: await Promise.all(ROOMS.map((room) => readEntries(store, room))),
		pages: await Promise.all(
			PEOPLE.flatMap((person) => ROOMS.map((room) => store.readPage(person, room, { after: 0 }, 200)))
		),
		memberships: await Promise.all(PEOPLE.map((person) => store.roomsOf(person))),
		people: await Promise.all(PEOPLE.map((person) => store.findSession(hashOf(person)))),
		publicRooms: await store.publicRooms(200)
	};
}

/** The tables of a community by their names in SQL: the columns of each as both engines spell them, and its key. */
const TABLES = Object.entries(SCHEMA)
	.filter(([name]) => name !== 'revocations')
	.map(([name, { columns, key }]: [string, Table]) => {
		const shared = Object.entries(columns).filter(([, { engine }]) => engine === undefined);
		const named = shared.map(([column, { kind }]) => ({ column: sqlName(column), kind }));
		const order = key.length > 0 ? key.map(sqlName).join(', ') : '1';
		return { table: sqlName(name), columns: named, order };
	});

/** All rows of a community in SQLite. */
export function rowsInSqlite(file: string): Record<string, unknown[]> {
	const database = new DatabaseSync(file, { readOnly: true });
	const rows: Record<string, unknown[]> = {};
	for (const { table, columns, order } of TABLES) {
		const spelled = columns.map(({ column, kind }) => (kind === 'bytes' ? `hex(${column}) AS ${column}` : column));
		const found = database.prepare(`SELECT ${spelled.join(', ')} FROM ${table} ORDER BY ${order}`).all();
		// Rows of SQLite have no prototype. The copy has one, so that it can equal other objects.
		rows[table] = found.map((row) => ({ ...row }));
	}
	database.close();
	return rows;
}

/** All rows of a community in PostgreSQL, as SQLite spells them. */
export async function rowsInPostgres(url: string): Promise<Record<string, unknown[]>> {
	return await withClient(url, async (client) => {
		const rows: Record<string, unknown[]> = {};
		for (const { table, columns, order } of TABLES) {
			const spelled = columns.map(({ column, kind }) => {
				if (kind === 'bytes') return `upper(encode(${column}, 'hex')) AS ${column}`;
				return kind === 'boolean' ? `${column}::int AS ${column}` : column;
			});
			rows[table] = (await client.query(`SELECT ${spelled.join(', ')} FROM ${table} ORDER BY ${order}`)).rows;
		}
		return rows;
	});
}
