import { DatabaseError } from 'pg';
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
import type { Connection } from './Connection.ts';
import type { Database } from './Database.ts';
import { lockPeople, lockRooms } from './locks.ts';
import type { Transaction } from './Transaction.ts';

/** Stores batches. A batch asks for its locks and rows at once, and then for its writes. */
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
					return await run(attempt(true)).catch(explainHead);
				}
			});
		}
	};
}

/** Tells whether a batch failed because one of its entries is stored already. */
function isIdTaken(error: unknown): boolean {
	if (error instanceof IdTaken) return true;
	if (!(error instanceof DatabaseError)) return false;
	return ['messages_by_id_and_author', 'messages_pkey'].includes(error.constraint ?? '');
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
		sql.query<MembershipRow>(
			`SELECT user_id AS "userId", room, read_seq AS "readSeq", head FROM members JOIN rooms USING (room)
			JOIN unnest($1::text[], $2::text[]) AS wanted (user_id, room) USING (user_id, room)`,
			[memberships.map(({ userId }) => userId), memberships.map(({ room }) => room)]
		),
		...(areIdsKnown
			? [
					sql.query<EntryRow>(
						`SELECT ${selected('messages')} FROM messages
						JOIN unnest($1::text[], $2::text[]) AS wanted (id, author_id) USING (id, author_id)`,
						[ids.map(({ id }) => id), ids.map(({ authorId }) => authorId)]
					)
				]
			: []),
		...(targets.length > 0
			? [
					sql.query<EntryRow>(
						`SELECT ${selected('messages')} FROM messages
						JOIN unnest($1::text[], $2::bigint[]) AS wanted (room, seq) USING (room, seq)`,
						[targetRooms, targetSeqs]
					),
					sql.query<EntryRow>(
						`SELECT ${selected('messages')} FROM messages
						JOIN unnest($1::text[], $2::bigint[]) AS wanted (room, deletes) USING (room, deletes)`,
						[targetRooms, targetSeqs]
					)
				]
			: [])
	]);
	return { rooms: foundRooms, memberships: foundMemberships, entries: foundEntries.flat() };
}

function write(sql: Transaction, { entries, emptied, rooms, cursors }: BatchWrites): void {
	if (entries.length > 0) {
		sql.send(
			`INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, deletes) SELECT * FROM unnest(
				$1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]
			)`,
			[
				entries.map(({ room }) => room),
				entries.map(({ seq }) => seq),
				entries.map(({ id }) => id),
				entries.map(({ authorId }) => authorId),
				entries.map(({ authorName }) => authorName),
				entries.map(({ text }) => text),
				entries.map(({ sentAt }) => sentAt),
				entries.map(({ deletes }) => deletes)
			]
		);
	}
	if (emptied.length > 0) {
		sql.send(
			`UPDATE messages SET text = ''
			FROM unnest($1::text[], $2::bigint[]) AS emptied (room, seq)
			WHERE messages.room = emptied.room AND messages.seq = emptied.seq`,
			[emptied.map(({ room }) => room), emptied.map(({ seq }) => seq)]
		);
	}
	if (rooms.length > 0) {
		sql.send(
			`UPDATE rooms SET head = stored.head, last_at = coalesce(stored.last_at, rooms.last_at)
			FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS stored (room, head, last_at)
			WHERE rooms.room = stored.room`,
			[rooms.map(({ room }) => room), rooms.map(({ head }) => head), rooms.map(({ lastAt }) => lastAt)]
		);
	}
	if (cursors.length > 0) {
		sql.send(
			`UPDATE members SET read_seq = moved.read_seq
			FROM unnest($1::text[], $2::text[], $3::bigint[]) AS moved (user_id, room, read_seq)
			WHERE members.user_id = moved.user_id AND members.room = moved.room`,
			[cursors.map(({ userId }) => userId), cursors.map(({ room }) => room), cursors.map(({ readSeq }) => readSeq)]
		);
	}
}
