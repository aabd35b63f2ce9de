import {
	countFitting,
	MAX_HELD_MESSAGES,
	MAX_PACKET_BYTES,
	QUOTED_CODE_POINTS,
	type Entry,
	type Message
} from '@digda/protocol';
import {
	flagOf,
	messageFor,
	toChangeEntry,
	toMentions,
	toQuote,
	type ChangeRow,
	type MessageRow,
	type SourceRow
} from '../entry-rows.ts';
import { FIND_AT } from '../load.ts';
import { partOf, planOf } from '../page.ts';
import { selected } from '../schema.ts';
import type { Continuation, Held, Range, Slice, Store } from '../store.ts';
import type { Database } from './Database.ts';
import type { Sql } from './sql.ts';

/** The message to which a row replies, by prefixed columns; null in other rows. */
interface Replying {
	sourceSeq: number | null;
	sourceId: string;
	sourceAuthorId: string;
	sourceAuthorName: string;
	sourceText: string;
	sourceTextSeq: number;
	sourceHidden: number;
}

/** Selects the message to which the rows of a relation reply. */
const SOURCE_COLUMNS = `source.seq AS "sourceSeq", source.id AS "sourceId", source.author_id AS "sourceAuthorId",
	source.author_name AS "sourceAuthorName", left(source.text, ${QUOTED_CODE_POINTS}) AS "sourceText",
	source.text_seq AS "sourceTextSeq", source.hidden AS "sourceHidden"`;

/** A row of a page. Without messages, one row contains only the head. */
interface PageRow extends MessageRow, Replying {
	head: number;
	roomSaid: number;
	topic: string;
	part: 'back' | 'forth' | 'changed' | null;
	/** The marks that the reader has set on the message. */
	own: string[];
}

/** Limits a list to the nearest messages that can fit into one packet. */
function nearest(messages: string, order: string): string {
	return `SELECT * FROM (
		SELECT *, sum(octet_length(text) + octet_length(author_name)) OVER (
			ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
		) AS nearer FROM (${messages}) AS wanted
	) AS near WHERE coalesce(nearer, 0) <= ${MAX_PACKET_BYTES}`;
}

/**
 * Reads a page in one statement, so that the head, the membership and all rows belong to one moment. Parameters:
 * reader, room, first `seq` and limit in each direction, first and last `seq` of the held part.
 */
const READ_PAGE = `
	SELECT head, rooms.said AS "roomSaid", topic, part, ${selected('messages').replaceAll('messages.', 'page.')},
		CASE WHEN page.folded = '' THEN '{}' ELSE ARRAY(
			SELECT mark FROM marks
			WHERE marks.room = page.room AND marks.user_id = $1 AND marks.target = page.seq
		) END AS own,
		${SOURCE_COLUMNS}
	FROM members JOIN rooms USING (room) LEFT JOIN (
		SELECT 'back' AS part, back.* FROM (
			${nearest('SELECT * FROM messages WHERE room = $2 AND seq <= $3 ORDER BY seq DESC LIMIT $4', 'seq DESC')}
		) AS back
		UNION ALL SELECT 'forth', forth.* FROM (
			${nearest('SELECT * FROM messages WHERE room = $2 AND seq >= $5 ORDER BY seq LIMIT $6', 'seq')}
		) AS forth
		UNION ALL SELECT 'changed', held.*, NULL FROM (
			SELECT * FROM messages WHERE room = $2 AND seq BETWEEN $7 AND $8 ORDER BY seq DESC LIMIT ${MAX_HELD_MESSAGES}
		) AS held WHERE changed > $8 OR EXISTS (
			SELECT FROM messages AS source WHERE source.room = $2 AND source.seq = held.reply_to AND source.text_seq > $8
		)
	) AS page ON TRUE LEFT JOIN messages AS source ON source.room = page.room AND source.seq = page.reply_to
	WHERE members.user_id = $1 AND members.room = $2`;

/** Parameters: room, the last known `seq`, the limit. */
const READ_LOG = nearest(
	`SELECT seq, id, author_id, author_name, sent_at, said, hidden,
		CASE WHEN is_topic = 0 THEN 'message' WHEN text = '' AND original IS NULL THEN 'emptied topic' ELSE 'topic' END AS kind,
		coalesce(original, text) AS text,
		0::bigint AS target, '' AS target_author, '' AS target_id, reply_to,
		coalesce(original_mentions, mentions) AS mentions
	FROM (SELECT * FROM messages WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS said_entries
	UNION ALL SELECT seq, id, author_id, author_name, sent_at, said, hidden, kind, content AS text, target, target_author,
		target_id, NULL::bigint AS reply_to, '' AS mentions
	FROM (SELECT * FROM changes WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS change_entries
	ORDER BY seq LIMIT $3`,
	'seq'
);

/** Reads the log. */
export function createHistory(
	database: Database
): Pick<Store, 'readLog' | 'readPage' | 'readOn' | 'findAt' | 'heads' | 'saidAt'> {
	async function readRows(userId: string, room: string, range: Range, limit: number, held: Held): Promise<PageRow[]> {
		const { back, forth } = planOf(range, limit);
		return await database.concurrently((sql) =>
			sql.query<PageRow>(READ_PAGE, [
				...[userId, room, back.from, back.count, forth.from, forth.count],
				...[held.from, held.to]
			])
		);
	}

	async function toSlice(
		userId: string,
		room: string,
		range: Range,
		limit: number,
		rows: readonly PageRow[]
	): Promise<Slice> {
		const { head, roomSaid, topic } = rows[0] ?? { head: 0, roomSaid: 0, topic: '' };
		const back = messagesIn(userId, rows, 'back').reverse();
		const part = partOf(range, limit, head, back, messagesIn(userId, rows, 'forth'));
		const last = part.messages.at(-1);
		const toId = last?.seq === part.to ? last.id : await idAt(room, part.to);
		return { head, said: roomSaid, topic, ...part, toId };
	}

	/** The id of an entry, which never changes. */
	async function idAt(room: string, seq: number): Promise<string> {
		if (seq === 0) return '';
		const [found] = await database.concurrently((sql) =>
			sql.query<{ id: string }>(
				`SELECT id FROM messages WHERE room = $1 AND seq = $2
				UNION ALL SELECT id FROM changes WHERE room = $1 AND seq = $2`,
				[room, seq]
			)
		);
		return found?.id ?? '';
	}

	return {
		readLog: (room, after, limit) => database.concurrently((sql) => readLog(sql, room, after, limit)),

		readPage: async (userId, room, range, limit) => {
			const rows = await readRows(userId, room, range, limit, { from: 1, to: 0 });
			return rows.length === 0 ? null : await toSlice(userId, room, range, limit, rows);
		},

		readOn: async (userId, room, held, limit): Promise<Continuation | null> => {
			const range = { after: held.to };
			const [rows, heldId] = await Promise.all([readRows(userId, room, range, limit, held), idAt(room, held.to)]);
			if (rows.length === 0) return null;
			return {
				...(await toSlice(userId, room, range, limit, rows)),
				heldId,
				changed: messagesIn(userId, rows, 'changed')
			};
		},

		findAt: async (userId, room, at) => {
			const [found] = await database.concurrently((sql) => sql.query<{ seq: number }>(FIND_AT, [userId, room, at]));
			return found?.seq ?? null;
		},

		heads: async (rooms) => {
			const rows = await database.concurrently((sql) =>
				sql.query<{ room: string; head: number }>('SELECT room, head FROM rooms WHERE room = ANY ($1::text[])', [rooms])
			);
			const heads = new Map(rows.map(({ room, head }) => [room, head]));
			return rooms.flatMap((room) => {
				const head = heads.get(room);
				return head === undefined ? [] : [[room, head]];
			});
		},

		saidAt: async (positions) => {
			const rows = await database.concurrently((sql) =>
				sql.query<{ said: number }>(
					`SELECT coalesce(
							(SELECT said FROM messages WHERE messages.room = positions.room AND messages.seq = positions.seq),
							(SELECT said FROM changes WHERE changes.room = positions.room AND changes.seq = positions.seq),
							0
						) + (
							SELECT count(*) FROM messages
							WHERE messages.room = positions.room AND messages.seq > positions.seq AND text = '' AND changed > messages.seq
								AND hidden = 0 AND changed <= positions.head
						) AS said
					FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS positions (room, seq, head, number) ORDER BY number`,
					[
						positions.map(({ room }) => room),
						positions.map(({ seq }) => seq),
						positions.map(({ head = Number.MAX_SAFE_INTEGER }) => head)
					]
				)
			);
			return rows.map(({ said }) => said);
		}
	};
}

/** Reads consecutive entries of a room after a `seq`: at most `limit`, and at most a packet. */
export async function readLog(sql: Sql, room: string, after: number, limit: number): Promise<Entry[]> {
	const rows = await sql.query<LogRow>(
		`SELECT log.seq, log.id, log.author_id AS "authorId", log.author_name AS "authorName", log.sent_at AS "sentAt",
			log.said, log.hidden, kind, log.text AS content, target, target_author AS "targetAuthor",
			target_id AS "targetId", log.mentions,
			${SOURCE_COLUMNS}
		FROM (${READ_LOG}) AS log LEFT JOIN messages AS source ON source.room = $1 AND source.seq = log.reply_to
		ORDER BY log.seq`,
		[room, after, limit]
	);
	const entries = rows.map(toEntry);
	return entries.slice(0, countFitting(entries));
}

/** The messages of a part of a page, ascending. */
function messagesIn(userId: string, rows: readonly PageRow[], part: PageRow['part']): Message[] {
	return rows
		.filter((row) => row.part === part)
		.map((row) => messageFor(userId, row, row.own, sourceOf(row)))
		.sort((one, other) => one.seq - other.seq);
}

/** A row of the log: a change, or the entry of a message with its text as the content. */
type LogRow = ChangeRow & Replying & { mentions: string };

function toEntry(row: LogRow): Entry {
	const { kind, seq, id, authorId, authorName, sentAt, said, content: text } = row;
	const fields = { seq, id, author: { id: authorId, name: authorName }, sentAt, said, ...flagOf(row), text };
	if (kind === 'topic') return { kind, ...fields };
	if (kind === 'emptied topic') return { kind: 'topic', ...fields, isDeleted: true };
	if (kind !== 'message') return toChangeEntry(row);
	const source = sourceOf(row);
	return {
		kind,
		...fields,
		...(row.mentions !== '' && { mentions: toMentions(row.mentions) }),
		...(source && { quote: toQuote(source) })
	};
}

function sourceOf(row: Replying): SourceRow | undefined {
	if (row.sourceSeq === null) return undefined;
	return {
		...{ seq: row.sourceSeq, id: row.sourceId, authorId: row.sourceAuthorId, authorName: row.sourceAuthorName },
		...{ text: row.sourceText, textSeq: row.sourceTextSeq, hidden: row.sourceHidden }
	};
}
