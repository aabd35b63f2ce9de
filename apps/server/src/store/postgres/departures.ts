import { toDeparture, type NumberedDeparture } from '../departure-row.ts';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';

/** What has ended. */
export function createDepartures(database: Database): Pick<Store, 'departures'> {
	return {
		departures: async (after) => {
			if (after === null) {
				const [last] = await database.inOrder(
					(sql) => sql<{ upTo: number }[]>`SELECT coalesce(max(number), 0) AS "upTo" FROM departures`
				);
				return { upTo: last?.upTo ?? 0, departures: [] };
			}
			const rows = await database.inOrder(
				(sql) => sql<NumberedDeparture[]>`
					SELECT number, kind, room, user_id AS "userId" FROM departures WHERE number > ${after} ORDER BY number`
			);
			return { upTo: rows.at(-1)?.number ?? after, departures: rows.map(toDeparture) };
		}
	};
}
