import type { DatabaseSync } from 'node:sqlite';
import { toRevocations, type RevocationRow } from '../revocation.ts';
import type { Calls } from './calls.ts';
import { statementsOf } from './query.ts';

/** Reads revocations. */
export function createRevocations(database: DatabaseSync): Pick<Calls, 'revocations'> {
	const prepare = statementsOf(database);
	const last = prepare<[], { number: number }>('SELECT coalesce(max(number), 0) AS number FROM revocations');
	const since = prepare<[number], RevocationRow>(
		'SELECT number, kind, room, user_id AS userId FROM revocations WHERE number > ? ORDER BY number'
	);
	return {
		revocations(after) {
			if (after === null) return { upTo: last.first()?.number ?? 0, revocations: [] };
			return toRevocations(since.all(after), after);
		}
	};
}
