import { DatabaseError } from 'pg';
import {
	decideBatch,
	IdTaken,
	isSure,
	type BatchState,
	type BatchWrites,
	type MembershipRow
} from '../../rules/batch.ts';
import { needsOf, type Needs } from '../../rules/needs.ts';
import type { ChangeRow, MessageRow } from '../entry-rows.ts';
import { selected, sharedColumns, type RowOf, type SharedRow } from '../schema.ts';
import type { Store } from '../store.ts';
import { columnsOf } from './columns.ts';
import type { Connection } from './Connection.ts';
import type { Database } from './Database.ts';
import { lockPeople, lockRooms } from './locks.ts';
import type { Transaction } from './Transaction.ts';

/** The constraints that a duplicate of author and id violates. */
const UNIQUE = ['messages_by_id_and_author', 'changes_by_id_and_author'];

/** Stores batches. Each sends its locks and reads together, and then its writes together. */
export function createAppend(database: Database): Pick<Store, 'append'> {
	return {
		append: (entries, cursors) => {
			const needs = needsOf(entries, cursors);
			const attempt = (areIdsKnown: boolean) => (sql: Connection) =>
				sql.transaction(async (transaction) => {
					const state = await load(transaction, needs, areIdsKnown);
					const { outcome, writes } = decideBatch(state, entries, cursors);
					if (!areIdsKnown && !isSure(outcome)) throw new IdTaken();
					write(transaction, writes);
					return outcome;
				});
			return database.change(needs.people, async (run) => {
				try {
					return await run(attempt(false));
				} catch (error) {
					if (!isIdTaken(error)) throw error;
					return await run(attempt(true));
				}
			});
		}
	};
}

/** Whether a batch failed because one of its entries is already stored. */
function isIdTaken(error: unknown): boolean {
	if (error instanceof IdTaken) return true;
	return error instanceof DatabaseError && UNIQUE.includes(error.constraint ?? '');
}

/** Locks and loads the rows that a batch needs. `areIdsKnown` also loads the messages with its ids. */
async function load(sql: Transaction, needs: Needs, areIdsKnown: boolean): Promise<BatchState> {
	const { rooms, people, memberships, ids, changeIds, targets, marks, blocks } = needs;
	const [foundRooms, , foundMemberships, messages, changes, foundMarks, foundBlocks] = await Promise.all([
		lockRooms(sql, rooms),
		lockPeople(sql, people),
		sql.query<MembershipRow>(
			`SELECT user_id AS "userId", room, greatest(read_seq, emptied_to) AS "readSeq", head FROM members JOIN rooms USING (room)
			JOIN unnest($1::text[], $2::text[]) AS wanted (user_id, room) USING (user_id, room)`,
			[memberships.map(({ userId }) => userId), memberships.map(({ room }) => room)]
		),
		// Each table has its own unique index of ids. A collision across both tables has to be looked up.
		findById<MessageRow>(sql, 'messages', [...targets, ...(areIdsKnown ? ids : changeIds)]),
		findById<ChangeRow>(sql, 'changes', ids),
		marks.length === 0
			? []
			: sql.query<RowOf<'marks'>>(
					`SELECT ${selected('marks')} FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (id, author_id, user_id)
					JOIN messages USING (id, author_id)
					JOIN marks ON marks.room = messages.room AND marks.target = messages.seq
						AND marks.user_id = wanted.user_id`,
					[marks.map(({ id }) => id), marks.map(({ authorId }) => authorId), marks.map(({ userId }) => userId)]
				),
		blocks.length === 0
			? []
			: sql.query<RowOf<'blocks'>>(
					`SELECT ${selected('blocks')} FROM blocks
					JOIN unnest($1::text[], $2::text[]) AS wanted (user_id, blocked_id) USING (user_id, blocked_id)`,
					[blocks.map(({ userId }) => userId), blocks.map(({ blockedId }) => blockedId)]
				)
	]);
	const behind = foundRooms.find(({ isBehind }) => isBehind);
	if (behind) throw new Error(`the head of ${behind.room} is behind its entries`);
	return {
		rooms: foundRooms,
		memberships: foundMemberships,
		messages,
		changes,
		marks: foundMarks,
		blocks: foundBlocks
	};
}

async function findById<Row>(
	sql: Transaction,
	table: 'messages' | 'changes',
	ids: readonly { id: string; authorId: string }[]
): Promise<Row[]> {
	if (ids.length === 0) return [];
	return await sql.query<Row>(
		`SELECT ${selected(table)} FROM ${table}
		JOIN unnest($1::text[], $2::text[]) AS wanted (id, author_id) USING (id, author_id)`,
		[ids.map(({ id }) => id), ids.map(({ authorId }) => authorId)]
	);
}

function write(sql: Transaction, writes: BatchWrites): void {
	const { messages, changes, changed, marks, mentions, erased, rooms, cursors } = writes;
	insert(sql, 'messages', messages);
	insert(sql, 'changes', changes);
	if (changed.length > 0) {
		const { names, relation, parameters } = columnsOf('messages', changed, [
			'room',
			'seq',
			'changed',
			'editedAt',
			'textSeq',
			'replyTo',
			'text',
			'original',
			'mentions',
			'originalMentions',
			'folded'
		]);
		sql.send(
			`UPDATE messages SET (changed, edited_at, text_seq, reply_to, text, original, mentions, original_mentions, folded) =
				(now.changed, now.edited_at, now.text_seq, now.reply_to, now.text, now.original, now.mentions,
				now.original_mentions, now.folded)
			FROM ${relation} AS now (${names}) WHERE messages.room = now.room AND messages.seq = now.seq`,
			parameters
		);
	}
	writeMarks(sql, marks);
	writeMentions(sql, mentions);
	if (erased.length > 0) erase(sql, erased);
	if (rooms.length > 0) {
		sql.send(
			`UPDATE rooms SET head = now.head, said = now.said, last_deletion = now.last_deletion,
				last_at = coalesce(now.last_at, rooms.last_at), topic_seq = coalesce(now.topic_seq, rooms.topic_seq),
				topic = coalesce(now.topic, rooms.topic)
			FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
				AS now (room, head, said, last_deletion, last_at, topic_seq, topic)
			WHERE rooms.room = now.room`,
			[
				rooms.map(({ room }) => room),
				rooms.map(({ head }) => head),
				rooms.map(({ said }) => said),
				rooms.map(({ lastDeletion }) => lastDeletion),
				rooms.map(({ lastAt }) => lastAt),
				rooms.map(({ topicSeq }) => topicSeq),
				rooms.map(({ topic }) => topic)
			]
		);
	}
	if (cursors.length > 0) {
		const { names, relation, parameters } = columnsOf('members', cursors, ['userId', 'room', 'readSeq']);
		sql.send(
			`UPDATE members SET read_seq = moved.read_seq FROM ${relation} AS moved (${names})
			WHERE members.user_id = moved.user_id AND members.room = moved.room`,
			parameters
		);
	}
}

function insert<Name extends 'messages' | 'changes'>(
	sql: Transaction,
	table: Name,
	rows: readonly SharedRow<Name>[]
): void {
	if (rows.length === 0) return;
	const { names, relation, parameters } = columnsOf(table, rows, sharedColumns(table));
	sql.send(`INSERT INTO ${table} (${names}) SELECT * FROM ${relation}`, parameters);
}

function writeMarks(sql: Transaction, marks: BatchWrites['marks']): void {
	const columnsWhere = (isSet: boolean) =>
		columnsOf(
			'marks',
			marks.filter((each) => each.isSet === isSet),
			['room', 'target', 'userId', 'mark']
		);
	if (marks.length === 0) return;
	const set = columnsWhere(true);
	// The mark may exist, if the batch has removed it and set it again.
	sql.send(`INSERT INTO marks (${set.names}) SELECT * FROM ${set.relation} ON CONFLICT DO NOTHING`, set.parameters);
	const unset = columnsWhere(false);
	sql.send(
		`DELETE FROM marks USING ${unset.relation} AS unset (${unset.names}) WHERE marks.room = unset.room
			AND marks.target = unset.target AND marks.user_id = unset.user_id AND marks.mark = unset.mark`,
		unset.parameters
	);
}

function writeMentions(sql: Transaction, mentions: BatchWrites['mentions']): void {
	if (mentions.length === 0) return;
	const columnsWhere = (isSet: boolean) =>
		columnsOf(
			'mentions',
			mentions.filter((each) => each.isSet === isSet),
			['room', 'seq', 'userId']
		);
	const set = columnsWhere(true);
	sql.send(`INSERT INTO mentions (${set.names}) SELECT * FROM ${set.relation} ON CONFLICT DO NOTHING`, set.parameters);
	const unset = columnsWhere(false);
	sql.send(
		`DELETE FROM mentions USING ${unset.relation} AS unset (${unset.names}) WHERE mentions.room = unset.room
			AND mentions.seq = unset.seq AND mentions.user_id = unset.user_id`,
		unset.parameters
	);
}

/** Erases the versions, marks and mentions of messages. */
export function erase(sql: Transaction, messages: readonly { room: string; seq: number }[]): void {
	const { relation, parameters } = columnsOf('messages', messages, ['room', 'seq']);
	sql.send(
		`UPDATE changes SET content = '' FROM ${relation} AS erased (room, target)
		WHERE changes.room = erased.room AND changes.target = erased.target AND content <> ''`,
		parameters
	);
	sql.send(
		`DELETE FROM marks USING ${relation} AS erased (room, target)
		WHERE marks.room = erased.room AND marks.target = erased.target`,
		parameters
	);
	sql.send(
		`DELETE FROM mentions USING ${relation} AS erased (room, seq)
		WHERE mentions.room = erased.room AND mentions.seq = erased.seq`,
		parameters
	);
}
