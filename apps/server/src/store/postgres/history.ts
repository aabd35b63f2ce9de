import { toMessage, type MessageRow } from '../message-row.ts';
import { fitting, pageOf } from '../page.ts';
import type { Range, Store } from '../store.ts';
import type { Database } from './Database.ts';

/** Reading the log. */
export function createHistory(database: Database): Pick<Store, 'read' | 'heads'> {
	return {
		read: async (room, range, limit) => {
			const { from, back, forth } = reachOf(range, limit);
			const rows = await database.aside(
				(sql) => sql<(MessageRow & { head: number })[]>`
					SELECT head, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt", deletes
					FROM rooms LEFT JOIN messages ON messages.room = rooms.room
						AND seq BETWEEN least(${from}::bigint, head) - ${back}::bigint AND least(${from}::bigint, head) + ${forth}::bigint
					WHERE rooms.room = ${room} ORDER BY seq`
			);
			const head = rows[0]?.head ?? 0;
			const { first, last, anchor } = pageOf(range, limit, head);
			const page = rows.filter(({ seq }) => seq >= first && seq <= last);
			return { head, messages: fitting(page.map(toMessage), anchor) };
		},

		heads: async (rooms) => {
			const rows = await database.aside(
				(sql) =>
					sql<{ room: string; head: number }[]>`SELECT room, head FROM rooms WHERE room = ANY (${[...rooms]}::text[])`
			);
			const heads = new Map(rows.map(({ room, head }) => [room, head]));
			return rooms.flatMap((room) => {
				const head = heads.get(room);
				return head === undefined ? [] : [[room, head]];
			});
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
