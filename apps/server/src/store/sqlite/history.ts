import { MAX_HELD_MESSAGES, peopleOf, type Head, type Message } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import { messageFor as toMessageFor, type MessageRow } from '../entry-rows.ts';
import { FIND_AT } from '../load.ts';
import { partOf, planOf, type Part, type Sides } from '../page.ts';
import type { Range, Slice } from '../store.ts';
import type { Calls } from './calls.ts';
import { numbered, statementsOf } from './query.ts';
import { createLogReader, sourceReaderOf } from './read-log.ts';
import { missing, sealedColumns, sealedReadsOf } from './sealed-rows.ts';
import { transact } from './transaction.ts';

/** Reads the log. A room has every `seq` from 1 to its head, and every message number, so a missing row is detected. */
export function createHistory(
	database: DatabaseSync
): Pick<Calls, 'readLog' | 'readPage' | 'readOn' | 'findAt' | 'heads' | 'saidAt'> {
	const prepare = statementsOf(database);
	const sealed = sealedReadsOf(database);
	const readLog = createLogReader(database);
	const findSource = sourceReaderOf(database);
	const columns = sealedColumns('messages');
	const findRoom = prepare<[string], { head: number }>('SELECT head FROM rooms WHERE room = ?');
	const findRoomOf = prepare<[string, string], Head & { topic: string }>(
		'SELECT head, said, topic FROM members JOIN rooms USING (room) WHERE user_id = ? AND room = ?'
	);
	const readBack = sealed(
		'messages',
		`SELECT ${columns} FROM messages WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT ?`
	);
	const readForth = sealed(
		'messages',
		`SELECT ${columns} FROM messages WHERE room = ? AND seq >= ? ORDER BY seq LIMIT ?`
	);
	const readChanged = sealed(
		'messages',
		`SELECT ${columns} FROM messages WHERE room = ?1 AND seq IN (
			SELECT seq FROM (
				SELECT seq, changed, reply_to FROM messages WHERE room = ?1 AND seq BETWEEN ?2 AND ?3
				ORDER BY seq DESC LIMIT ${MAX_HELD_MESSAGES}
			) AS held WHERE changed > ?3 OR EXISTS (
				SELECT 1 FROM messages AS source WHERE source.room = ?1 AND source.seq = held.reply_to AND text_seq > ?3
			)
		) ORDER BY seq`
	);
	const findOwn = prepare<[string, string, number], { mark: string }>(
		'SELECT mark FROM marks WHERE room = ? AND user_id = ? AND target = ?'
	);
	const findEntry = prepare<[string, number], { id: string; said: number }>(
		`SELECT id, said FROM messages WHERE room = ?1 AND seq = ?2
		UNION ALL SELECT id, said FROM changes WHERE room = ?1 AND seq = ?2`
	);
	const findAt = prepare<[string, string, number], { seq: number }>(numbered(FIND_AT));
	const findTopics = prepare<[string, number], { count: number }>(
		'SELECT count(*) AS count FROM messages INDEXED BY topics WHERE room = ? AND seq <= ? AND is_topic = 1'
	);
	const countDeleted = prepare<[string, number, number], { count: number }>(
		`SELECT count(*) AS count FROM messages INDEXED BY deleted_messages
		WHERE room = ? AND seq > ? AND text = '' AND changed > seq AND hidden = 0 AND changed <= ?`
	);

	function messageFor(userId: string, row: MessageRow): Message {
		const own = row.folded === '' ? [] : findOwn.all(row.room, userId, row.seq);
		const marks = own.map(({ mark }) => mark);
		return toMessageFor(userId, row, marks, findSource(row));
	}

	/** Reads a page within the caller's transaction, so that the head and the messages belong to one moment. */
	function readPage(userId: string, room: string, range: Range, limit: number): Slice | null {
		const found = findRoomOf.first(userId, room);
		if (!found) return null;
		const { head, said, topic } = found;
		const { back, forth } = planOf(
			range,
			limit,
			'around' in range && !peopleOf(room) ? sidesOf(room, range.around, { head, said }) : undefined
		);
		const backRows = back.count > 0 ? readBack.all(room, back.from, back.count) : [];
		const forthRows = forth.count > 0 ? readForth.all(room, forth.from, forth.count) : [];
		checkNumbers(room, [...backRows.toReversed(), ...forthRows]);
		const toMessages = (rows: MessageRow[]) => rows.map((row) => messageFor(userId, row));
		const part = partOf(range, limit, head, toMessages(backRows), toMessages(forthRows));
		return { head, said, topic, ...part, toId: endOf(room, head, part, [...backRows, ...forthRows]) };
	}

	/** Counts the messages on both sides of a `seq`. Direct rooms have hidden messages, which no number counts. */
	function sidesOf(room: string, seq: number, { head, said }: Head): Sides {
		const back = (seq > head ? said : saidUpTo(room, seq - 1)) + countTopics(room, seq - 1);
		return { back, forth: said + countTopics(room, head) - back };
	}

	/** Returns the id of the last entry of a range, after a check that no message of the range is missing. */
	function endOf(room: string, head: number, { from, to, messages }: Part, rows: readonly MessageRow[]): string {
		if (to === 0 || to > head) return '';
		const [first, last] = [messages[0], messages.at(-1)];
		const end = last?.seq === to ? last : findEntry.first(room, to);
		const inRange = rows.filter(({ seq }) => seq >= from && seq <= to);
		const count = inRange.reduce((sum, row) => sum + countSaid(row), 0);
		const begin = first?.seq === from ? inRange.find(({ seq }) => seq === from) : undefined;
		const saidBefore = begin ? begin.said - countSaid(begin) : saidUpTo(room, from - 1);
		if (end?.said !== saidBefore + count) throw missing(room, to + 1);
		return end.id;
	}

	function countTopics(room: string, to: number): number {
		return findTopics.first(room, to)?.count ?? 0;
	}

	function saidUpTo(room: string, seq: number): number {
		return findEntry.first(room, seq)?.said ?? 0;
	}

	return {
		readLog: (room, after, limit) => transact(database, 'DEFERRED', () => readLog(room, after, limit)),

		readPage: (userId, room, range, limit) =>
			transact(database, 'DEFERRED', () => readPage(userId, room, range, limit)),

		readOn: (userId, room, { from, to }, limit) =>
			transact(database, 'DEFERRED', () => {
				const page = readPage(userId, room, { after: to }, limit);
				if (!page) return null;
				const held = findEntry.first(room, to);
				// No change entries came since: their number at `to` equals that at the head.
				const isUnchanged = held !== undefined && to - held.said === page.head - page.said;
				const changed = isUnchanged ? [] : readChanged.fitting(room, from, to);
				return { ...page, heldId: held?.id ?? '', changed: changed.map((row) => messageFor(userId, row)) };
			}),

		findAt: (userId, room, at) => findAt.first(userId, room, at)?.seq ?? null,

		heads: (rooms) =>
			transact(database, 'DEFERRED', () => {
				const heads: [string, number][] = [];
				for (const room of rooms) {
					const found = findRoom.first(room);
					if (found) heads.push([room, found.head]);
				}
				return heads;
			}),

		saidAt: (positions) =>
			transact(database, 'DEFERRED', () =>
				positions.map(({ room, seq, head = Number.MAX_SAFE_INTEGER }) => {
					const deleted = countDeleted.first(room, seq, head)?.count ?? 0;
					return saidUpTo(room, seq) + deleted;
				})
			)
	};
}

/** What a row adds to the number of messages: a topic and a hidden message are none. */
function countSaid({ isTopic, hidden }: MessageRow): number {
	return isTopic === 1 || hidden === 1 ? 0 : 1;
}

/** Checks that consecutive messages have consecutive numbers. @throws {DamagedContent} one is missing */
function checkNumbers(room: string, rows: readonly MessageRow[]): void {
	rows.forEach((row, index) => {
		const before = rows[index - 1];
		if (before && row.said !== before.said + countSaid(row)) throw missing(room, row.seq);
	});
}
