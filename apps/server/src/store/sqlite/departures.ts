import type { DatabaseSync } from 'node:sqlite';
import { toDeparture, type NumberedDeparture } from '../departure-row.ts';
import type { Departure } from '../store.ts';
import type { Calls } from './calls.ts';
import { statementsOf } from './query.ts';

/** So many are kept: nodes look every second. */
const KEPT = 100_000;

/** Notes what ends, in the transaction that ends it. */
export function departuresOf(database: DatabaseSync): (departure: Departure) => void {
	const prepare = statementsOf(database);
	const insert = prepare<[string, string | null, string | null]>(
		'INSERT INTO departures (kind, room, user_id) VALUES (?, ?, ?)'
	);
	const forget = prepare<[number]>('DELETE FROM departures WHERE number <= (SELECT max(number) FROM departures) - ?');
	return ({ kind, room, userId }) => {
		insert.run(kind, room, userId);
		forget.run(KEPT);
	};
}

/** Tells what has ended. */
export function createDepartures(database: DatabaseSync): Pick<Calls, 'departures'> {
	const prepare = statementsOf(database);
	const last = prepare<[], { number: number }>('SELECT coalesce(max(number), 0) AS number FROM departures');
	const since = prepare<[number], NumberedDeparture>(
		'SELECT number, kind, room, user_id AS userId FROM departures WHERE number > ? ORDER BY number'
	);
	return {
		departures(after) {
			if (after === null) return { upTo: last.first()?.number ?? 0, departures: [] };
			const rows = since.all(after);
			return { upTo: rows.at(-1)?.number ?? after, departures: rows.map(toDeparture) };
		}
	};
}
