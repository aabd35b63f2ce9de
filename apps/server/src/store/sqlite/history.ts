import type { DatabaseSync } from 'node:sqlite';
import { toMessage } from '../message-row.ts';
import { fitting, pageOf } from '../page.ts';
import type { Range, Slice } from '../store.ts';
import type { Calls } from './calls.ts';
import { checkPage, ROW_COLUMNS, type RowValues } from './check-page.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Reading the log. A room has every `seq` from 1 to its head, so that a page is known before it is looked up. */
export function createHistory(database: DatabaseSync): Pick<Calls, 'read' | 'readAs' | 'heads'> {
	const prepare = statementsOf(database);
	const findHead = prepare<[string], { head: number }>('SELECT head FROM rooms WHERE room = ?');
	const findMember = prepare<[string, string], { room: string }>(
		'SELECT room FROM members WHERE user_id = ? AND room = ?'
	);
	const findMessages = database.prepare(
		`SELECT ${ROW_COLUMNS} FROM messages WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq`
	);
	findMessages.setReturnArrays(true);

	/** Runs in a transaction, so that the head and the messages are of one moment. */
	function readPage(room: string, range: Range, limit: number): Slice {
		const head = findHead.first(room)?.head ?? 0;
		const { first, last, anchor } = pageOf(range, limit, head);
		// Arrays, as the statement is told, of the columns that it names.
		const rows = findMessages.all(room, first, last) as unknown as RowValues[];
		return { head, messages: fitting(checkPage(room, rows, { first, last }).map(toMessage), anchor) };
	}

	return {
		read: (room, range, limit) => transact(database, 'DEFERRED', () => readPage(room, range, limit)),

		readAs: (userId, room, range, limit) =>
			transact(database, 'DEFERRED', () => (findMember.first(userId, room) ? readPage(room, range, limit) : null)),

		heads: (rooms) =>
			transact(database, 'DEFERRED', () => {
				const heads: [string, number][] = [];
				for (const room of rooms) {
					const found = findHead.first(room);
					if (found) heads.push([room, found.head]);
				}
				return heads;
			})
	};
}
