import { MAX_LISTED_GONE } from '../gone.ts';
import type { Denied, Store } from '../store.ts';
import type { Database } from './Database.ts';
import { rowOf } from './outcome.ts';

/** Taking back, and what is left of it. */
export function createDeletions(database: Database): Pick<Store, 'deleteMessage' | 'goneIn'> {
	return {
		deleteMessage: async ({ user, isOperator }, room, seq, { id, sentAt }) => {
			const { outcome, seq: place } = await rowOf(
				database,
				(sql) => sql<{ outcome: 'done' | Denied | 'invalid'; seq: number }[]>`
					SELECT outcome, seq FROM delete_message(
						${user.id}, ${user.name}, ${isOperator}, ${room}, ${seq}, ${id}, ${sentAt}
					)`
			);
			return outcome === 'done' ? { seq: place } : outcome;
		},

		goneIn: async (places) => {
			const rows = await database.inOrder(
				(sql) => sql<{ gone: number[] }[]>`
					SELECT coalesce((
						SELECT array_agg(place) FROM (
							SELECT seq, deletes FROM messages
							WHERE messages.room = places.room AND seq > places.after AND deletes IS NOT NULL
							ORDER BY seq DESC LIMIT ${MAX_LISTED_GONE}
						) entries CROSS JOIN LATERAL (VALUES (seq), (deletes)) listed (place) WHERE place > places.after
					), '{}') AS gone
					FROM unnest(
						${places.map(({ room }) => room)}::text[], ${places.map(({ after }) => after)}::bigint[]
					) WITH ORDINALITY AS places (room, after, number) ORDER BY number`
			);
			return rows.map(({ gone }) => gone.map(Number));
		}
	};
}
