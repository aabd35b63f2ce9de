import {
	isDue,
	reachOf,
	RETENTION_BATCH,
	type EmptiableRoom,
	type SizedMessage,
	type Times
} from '../../rules/retention.ts';
import { FIND_EMPTIABLE, FIND_OLDEST } from '../load.ts';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';
import { erase } from './append.ts';
import { tryRetention } from './locks.ts';
import type { Transaction } from './Transaction.ts';

/** Empties old messages room by room, and measures the database. */
export function createRetention(database: Database): Pick<Store, 'emptyOlder' | 'space'> {
	return {
		emptyOlder: (times, after) =>
			database.concurrently((sql) =>
				sql.transaction(async (transaction) =>
					(await tryRetention(transaction)) ? await emptyOlder(transaction, times, after) : { emptied: 0, after: null }
				)
			),

		// PostgreSQL does not report the free disk space to clients.
		space: async () => {
			const [row] = await database.concurrently((sql) =>
				sql.query<{ usedBytes: number }>('SELECT pg_database_size(current_database()) AS "usedBytes"')
			);
			return { usedBytes: row?.usedBytes ?? 0 };
		}
	};
}

async function emptyOlder(sql: Transaction, times: Times, after: string) {
	const rooms = await sql.query<EmptiableRoom>(FIND_EMPTIABLE, [after, RETENTION_BATCH.rooms]);
	let last = after;
	for (const each of rooms) {
		const { room, emptiedTo } = each;
		const messages = isDue(each, times)
			? await sql.query<SizedMessage>(FIND_OLDEST, [room, emptiedTo, RETENTION_BATCH.messages])
			: [];
		const { upTo, isFull } = reachOf(each, messages, times);
		if (upTo > emptiedTo) {
			// The room first, in the lock order of deletions.
			sql.send('UPDATE rooms SET emptied_to = $1 WHERE room = $2', [upTo, room]);
			const emptied = await sql.query<{ room: string; seq: number }>(
				`UPDATE messages SET reply_to = NULL, text = '', original = NULL, mentions = '', original_mentions = NULL, edited_at = NULL, folded = ''
				WHERE room = $1 AND seq BETWEEN $2 AND $3 AND text <> '' RETURNING room, seq`,
				[room, emptiedTo + 1, upTo]
			);
			erase(sql, emptied);
			return { emptied: emptied.length, after: isFull ? last : room };
		}
		last = room;
	}
	return { emptied: 0, after: rooms.length === RETENTION_BATCH.rooms ? last : null };
}
