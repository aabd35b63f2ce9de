import { RETENTION_BATCH } from '../retention-batch.ts';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';

/** Emptying what is old, room after room, and how much there is. */
export function createRetention(database: Database): Pick<Store, 'emptyOlder' | 'space'> {
	const { rooms, messages, bytes } = RETENTION_BATCH;
	return {
		emptyOlder: async ({ before, now }, after) => {
			const [row] = await database.aside(
				(sql) => sql<{ emptied: number; after: string | null }[]>`
					SELECT emptied, after FROM empty_older(${after}, ${before}, ${now}, ${rooms}, ${messages}, ${bytes})`
			);
			return row ? { emptied: row.emptied, after: row.after } : { emptied: 0, after: null };
		},

		// What is left on the disk of a server of databases no client is told.
		space: async () => {
			const [row] = await database.aside(
				(sql) => sql<{ usedBytes: number }[]>`SELECT pg_database_size(current_database()) AS "usedBytes"`
			);
			return { usedBytes: row?.usedBytes ?? 0 };
		}
	};
}
