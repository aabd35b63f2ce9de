import { MAX_PACKET_BYTES } from '@digda/protocol';
import { MAX_LISTED_GONE } from '../gone.ts';
import { toMessage, type MessageRow } from '../message-row.ts';
import { fitting, pageOf } from '../page.ts';
import type { Range, Slice, Store } from '../store.ts';
import type { Database } from './Database.ts';

/** Reading the log. */
export function createHistory(database: Database): Pick<Store, 'read' | 'readAs' | 'heads' | 'goneIn'> {
	/** @param userId for whom; nothing is read for one who is no member */
	async function readPage(room: string, range: Range, limit: number, userId?: string): Promise<Slice | null> {
		const { from, back, forth } = reachOf(range, limit);
		const rows = await database.aside((sql) =>
			sql.query<MessageRow & { head: number }>(
				`SELECT head, seq, id, "authorId", "authorName", text, "sentAt", deletes FROM (
					SELECT head, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt", deletes,
						-- The bytes of those that are nearer: beyond a packet's nothing is read.
						sum(octet_length(text) + octet_length(author_name)) OVER (
							ORDER BY abs(seq - least($2::bigint, head)), seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
						) AS nearer
					FROM rooms LEFT JOIN messages ON messages.room = rooms.room
						AND seq BETWEEN least($2::bigint, head) - $3::bigint AND least($2::bigint, head) + $4::bigint
					WHERE rooms.room = $1 ${
						userId === undefined
							? ''
							: 'AND EXISTS (SELECT FROM members WHERE members.user_id = $6 AND members.room = rooms.room)'
					}
				) AS page WHERE coalesce(nearer, 0) <= $5::bigint ORDER BY seq`,
				[room, from, back, forth, MAX_PACKET_BYTES, ...(userId === undefined ? [] : [userId])]
			)
		);
		if (userId !== undefined && rows.length === 0) return null;
		const head = rows[0]?.head ?? 0;
		const { first, last, anchor } = pageOf(range, limit, head);
		const page = rows.filter(({ seq }) => seq >= first && seq <= last);
		return { head, messages: fitting(page.map(toMessage), anchor) };
	}

	return {
		read: async (room, range, limit) => (await readPage(room, range, limit)) ?? { head: 0, messages: [] },
		readAs: (userId, room, range, limit) => readPage(room, range, limit, userId),

		heads: async (rooms) => {
			const rows = await database.aside((sql) =>
				sql.query<{ room: string; head: number }>('SELECT room, head FROM rooms WHERE room = ANY ($1::text[])', [rooms])
			);
			const heads = new Map(rows.map(({ room, head }) => [room, head]));
			return rooms.flatMap((room) => {
				const head = heads.get(room);
				return head === undefined ? [] : [[room, head]];
			});
		},

		goneIn: async (places) => {
			const rows = await database.inOrder((sql) =>
				sql.query<{ gone: number[] }>(
					`SELECT coalesce((
						SELECT array_agg(place) FROM (
							SELECT seq, deletes FROM messages
							WHERE messages.room = places.room AND seq > places.after AND deletes IS NOT NULL
							ORDER BY seq DESC LIMIT $3
						) entries CROSS JOIN LATERAL (VALUES (seq), (deletes)) listed (place) WHERE place > places.after
					), '{}') AS gone
					FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS places (room, after, number) ORDER BY number`,
					[places.map(({ room }) => room), places.map(({ after }) => after), MAX_LISTED_GONE]
				)
			);
			return rows.map(({ gone }) => gone.map(Number));
		}
	};
}

/** How far a page may reach from a place in the log; where that is beyond the head, from the head. */
function reachOf(range: Range, limit: number): { from: number; back: number; forth: number } {
	const most = limit - 1;
	if ('before' in range) return { from: range.before - 1, back: most, forth: 0 };
	if ('after' in range) return { from: range.after + 1, back: 0, forth: most };
	return { from: Math.max(1, range.around), back: most, forth: most };
}
