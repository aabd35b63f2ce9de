import { toRevocations, type RevocationRow } from '../revocation.ts';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';

/** Reads revocations. */
export function createRevocations(database: Database): Pick<Store, 'revocations'> {
	return {
		revocations: async (after) => {
			if (after === null) {
				const [last] = await database.inOrder((sql) =>
					sql.query<{ upTo: number }>('SELECT coalesce(max(number), 0) AS "upTo" FROM revocations')
				);
				return { upTo: last?.upTo ?? 0, revocations: [] };
			}
			const rows = await database.inOrder((sql) =>
				sql.query<RevocationRow>(
					'SELECT number, kind, room, user_id AS "userId" FROM revocations WHERE number > $1 ORDER BY number',
					[after]
				)
			);
			return toRevocations(rows, after);
		}
	};
}
