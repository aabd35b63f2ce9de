import type { DatabaseSync } from 'node:sqlite';
import { MAX_LISTED_GONE } from '../gone.ts';
import { toMessage } from '../message-row.ts';
import { fitting, pageOf, reachOf, type Sized } from '../page.ts';
import type { Range, Slice } from '../store.ts';
import type { Calls } from './calls.ts';
import { checkComplete, checkPage, ROW_COLUMNS, type RowValues } from './check-page.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Reading the log. A room has every `seq` from 1 to its head, so that a page is known before it is looked up. */
export function createHistory(database: DatabaseSync): Pick<Calls, 'read' | 'readAs' | 'heads' | 'goneIn'> {
	const prepare = statementsOf(database);
	const findHead = prepare<[string], { head: number }>('SELECT head FROM rooms WHERE room = ?');
	const findMember = prepare<[string, string], { room: string }>(
		'SELECT room FROM members WHERE user_id = ? AND room = ?'
	);
	const findMessages = database.prepare(
		`SELECT ${ROW_COLUMNS} FROM messages WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq`
	);
	findMessages.setReturnArrays(true);

	const findSizes = prepare<[string, number, number], Sized>(
		`SELECT seq, octet_length(text) + octet_length(author_name) AS size
		FROM messages WHERE room = ? AND seq BETWEEN ? AND ?`
	);

	const findGone = prepare<[string, number, number], { seq: number; deletes: number }>(
		`SELECT seq, deletes FROM messages INDEXED BY deletions_by_place
		WHERE room = ? AND seq > ? AND deletes IS NOT NULL ORDER BY seq DESC LIMIT ?`
	);

	/** Runs in a transaction, so that the head and the messages are of one moment. */
	function readPage(room: string, range: Range, limit: number): Slice {
		const head = findHead.first(room)?.head ?? 0;
		const { first, last, anchor } = pageOf(range, limit, head);
		const sizes = findSizes.all(room, first, last);
		checkComplete(room, sizes, { first, last });
		// Sizes are in the headers of rows; their texts are on pages of their own.
		const reach = reachOf(sizes, anchor);
		const part = { first: Math.max(first, reach.first), last: Math.min(last, reach.last) };
		// Arrays, as the statement is told, of the columns that it names.
		const rows = findMessages.all(room, part.first, part.last) as unknown as RowValues[];
		return { head, messages: fitting(checkPage(room, rows, part).map(toMessage), anchor) };
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
			}),

		goneIn: (places) =>
			transact(database, 'DEFERRED', () =>
				places.map(({ room, after }) =>
					findGone
						.all(room, after, MAX_LISTED_GONE)
						.flatMap(({ seq, deletes }) => [seq, deletes])
						.filter((seq) => seq > after)
				)
			)
	};
}
