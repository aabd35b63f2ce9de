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
import type { Transaction } from './connect.ts';
import type { Database } from './Database.ts';
import { tryRetention } from './locks.ts';

/** Emptying what is old, room after room, and how much there is. */
export function createRetention(database: Database): Pick<Store, 'emptyOlder' | 'space'> {
	return {
		emptyOlder: (times, after) =>
			database.aside((sql) =>
				database.transaction(sql, async (transaction) =>
					(await tryRetention(transaction)) ? await emptyOlder(transaction, times, after) : { emptied: 0, after: null }
				)
			),

		// What is left on the disk of a server of databases no client is told.
		space: async () => {
			const [row] = await database.aside(
				(sql) => sql<{ usedBytes: number }[]>`SELECT pg_database_size(current_database()) AS "usedBytes"`
			);
			return { usedBytes: row?.usedBytes ?? 0 };
		}
	};
}

async function emptyOlder(sql: Transaction, times: Times, after: string) {
	const rooms = await sql.unsafe<EmptiableRoom[]>(FIND_EMPTIABLE, [after, RETENTION_BATCH.rooms]);
	let last = after;
	for (const each of rooms) {
		const { room, emptiedTo } = each;
		const messages = isDue(each, times)
			? await sql.unsafe<SizedMessage[]>(FIND_OLDEST, [room, emptiedTo, RETENTION_BATCH.messages])
			: [];
		const { upTo, isFull } = reachOf(each, messages, times);
		if (upTo > emptiedTo) {
			// The room before its messages, as what deletes them does.
			await sql`UPDATE rooms SET emptied_to = ${upTo} WHERE room = ${room}`;
			const { count } = await sql`
				UPDATE messages SET text = '' WHERE room = ${room} AND seq BETWEEN ${emptiedTo + 1} AND ${upTo} AND text <> ''`;
			return { emptied: count, after: isFull ? last : room };
		}
		last = room;
	}
	return { emptied: 0, after: rooms.length === RETENTION_BATCH.rooms ? last : null };
}
