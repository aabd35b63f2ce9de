import postgres from 'postgres';
import {
	decideBatch,
	IdTaken,
	isSure,
	needsOf,
	type BatchState,
	type BatchWrites,
	type EntryRow,
	type MembershipRow,
	type Needs
} from '../../rules/batch.ts';
import { selected } from '../schema.ts';
import type { Store } from '../store.ts';
import type { Sql, Transaction } from './connect.ts';
import type { Database } from './Database.ts';
import { lockPeople, lockRooms } from './locks.ts';

/** Stores batches. A batch asks for its locks and rows at once, and then for its writes. */
export function createAppend(database: Database): Pick<Store, 'append'> {
	return {
		append: (entries, cursors) => {
			const needs = needsOf(entries, cursors);
			const attempt = (areIdsKnown: boolean) => (sql: Sql) =>
				database.transaction(sql, async (transaction) => {
					const state = await load(transaction, needs, areIdsKnown);
					const { outcome, writes } = decideBatch(state, entries, cursors);
					if (!areIdsKnown && !isSure(outcome)) throw new IdTaken();
					await write(transaction, writes);
					return outcome;
				});
			return database.change(needs.people, async (run) => {
				try {
					return await run(attempt(false));
				} catch (error) {
					if (!isIdTaken(error)) throw error;
					return await run(attempt(true)).catch(explainHead);
				}
			});
		}
	};
}

/** Tells whether a batch failed because one of its entries is stored already. */
function isIdTaken(error: unknown): boolean {
	if (error instanceof IdTaken) return true;
	if (!(error instanceof postgres.PostgresError)) return false;
	return ['messages_by_id_and_author', 'messages_pkey'].includes(error.constraint_name ?? '');
}

/** With all ids known, only a head can be wrong. */
function explainHead(error: unknown): never {
	throw isIdTaken(error) ? new Error('the head of a room is behind its messages', { cause: error }) : error;
}

/** Locks and loads what a batch needs, its ids only when that is said. */
async function load(
	sql: Transaction,
	{ rooms, people, memberships, ids, targets }: Needs,
	areIdsKnown: boolean
): Promise<BatchState> {
	const targetRooms = targets.map(({ room }) => room);
	const targetSeqs = targets.map(({ seq }) => seq);
	const [foundRooms, , foundMemberships, ...foundEntries] = await Promise.all([
		lockRooms(sql, rooms),
		lockPeople(sql, people),
		sql<MembershipRow[]>`
			SELECT user_id AS "userId", room, read_seq AS "readSeq", head FROM members JOIN rooms USING (room)
			JOIN unnest(
				${memberships.map(({ userId }) => userId)}::text[], ${memberships.map(({ room }) => room)}::text[]
			) AS wanted (user_id, room) USING (user_id, room)`.execute(),
		...(areIdsKnown
			? [
					sql<EntryRow[]>`
						SELECT ${sql.unsafe(selected('messages'))} FROM messages JOIN unnest(
							${ids.map(({ id }) => id)}::text[], ${ids.map(({ authorId }) => authorId)}::text[]
						) AS wanted (id, author_id) USING (id, author_id)`.execute()
				]
			: []),
		...(targets.length > 0
			? [
					sql<EntryRow[]>`
						SELECT ${sql.unsafe(selected('messages'))} FROM messages
						JOIN unnest(${targetRooms}::text[], ${targetSeqs}::bigint[]) AS wanted (room, seq) USING (room, seq)`.execute(),
					sql<EntryRow[]>`
						SELECT ${sql.unsafe(selected('messages'))} FROM messages
						JOIN unnest(${targetRooms}::text[], ${targetSeqs}::bigint[]) AS wanted (room, deletes) USING (room, deletes)`.execute()
				]
			: [])
	]);
	return { rooms: foundRooms, memberships: foundMemberships, entries: foundEntries.flat() };
}

async function write(sql: Transaction, { entries, emptied, rooms, cursors }: BatchWrites): Promise<void> {
	await Promise.all([
		entries.length > 0 &&
			sql`
				INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, deletes) SELECT * FROM unnest(
					${entries.map(({ room }) => room)}::text[], ${entries.map(({ seq }) => seq)}::bigint[],
					${entries.map(({ id }) => id)}::text[], ${entries.map(({ authorId }) => authorId)}::text[],
					${entries.map(({ authorName }) => authorName)}::text[], ${entries.map(({ text }) => text)}::text[],
					${entries.map(({ sentAt }) => sentAt)}::bigint[], ${entries.map(({ deletes }) => deletes)}::bigint[]
				)`.execute(),
		emptied.length > 0 &&
			sql`
				UPDATE messages SET text = ''
				FROM unnest(${emptied.map(({ room }) => room)}::text[], ${emptied.map(({ seq }) => seq)}::bigint[])
					AS emptied (room, seq)
				WHERE messages.room = emptied.room AND messages.seq = emptied.seq`.execute(),
		rooms.length > 0 &&
			sql`
				UPDATE rooms SET head = stored.head, last_at = coalesce(stored.last_at, rooms.last_at)
				FROM unnest(
					${rooms.map(({ room }) => room)}::text[], ${rooms.map(({ head }) => head)}::bigint[],
					${rooms.map(({ lastAt }) => lastAt)}::bigint[]
				) AS stored (room, head, last_at)
				WHERE rooms.room = stored.room`.execute(),
		cursors.length > 0 &&
			sql`
				UPDATE members SET read_seq = moved.read_seq
				FROM unnest(
					${cursors.map(({ userId }) => userId)}::text[], ${cursors.map(({ room }) => room)}::text[],
					${cursors.map(({ readSeq }) => readSeq)}::bigint[]
				) AS moved (user_id, room, read_seq)
				WHERE members.user_id = moved.user_id AND members.room = moved.room`.execute()
	]);
}
