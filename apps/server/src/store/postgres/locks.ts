import type { Subject } from '../../rules/state.ts';
import { ROOM_OF_SUBJECT } from '../load.ts';
import { selected, type RowOf } from '../schema.ts';
import type { Transaction } from './Transaction.ts';

// Locks that a transaction holds until it ends. Every transaction takes them in this order, so that nodes do not
// deadlock: names of rooms, people who change something, rows of rooms, people of a batch, revocations. A statement
// after a lock sees everything that was committed before the lock was granted.

/** The seeds of advisory lock keys: equal names with different seeds are different locks. */
const SPACES = { changes: 0, batches: 1, others: 2, rooms: 3, consumers: 4 } as const;

/** Locks a person, who may use two nodes at once, and the room of a change. */
export function lockSubject(sql: Transaction, { userId, room, secretHash }: Subject): void {
	const named: (string | Buffer | null)[] = [
		room ?? null,
		secretHash === undefined ? null : Buffer.from(secretHash, 'hex')
	];
	// A room that does not exist yet has no row to lock.
	const lockName = `SELECT pg_advisory_xact_lock(hashtextextended(name, ${SPACES.rooms}))
		FROM (SELECT ${ROOM_OF_SUBJECT} AS name) AS named WHERE name IS NOT NULL`;
	sql.send(lockName, named);
	sql.send(`SELECT pg_advisory_xact_lock(hashtextextended($1, ${SPACES.changes}))`, [userId]);
	sql.send(`SELECT FROM rooms WHERE room = ${ROOM_OF_SUBJECT} FOR UPDATE`, named);
}

/** Locks rooms, which number their entries. `isBehind` reports entries after the head, which is damage. */
export function lockRooms(sql: Transaction, rooms: readonly string[]) {
	return sql.query<RowOf<'rooms'> & { isBehind: boolean }>(
		`SELECT ${selected('rooms')},
			EXISTS (SELECT FROM messages WHERE messages.room = rooms.room AND seq > head)
				OR EXISTS (SELECT FROM changes WHERE changes.room = rooms.room AND seq > head) AS "isBehind"
		FROM rooms WHERE room = ANY ($1::text[]) ORDER BY room FOR UPDATE`,
		[rooms]
	);
}

/** Locks the people whose ids and cursors are in a batch. */
export function lockPeople(sql: Transaction, people: readonly string[]): Promise<unknown> {
	return sql.query(
		`SELECT pg_advisory_xact_lock(key) FROM (
			SELECT DISTINCT hashtextextended(person, ${SPACES.batches}) AS key FROM unnest($1::text[]) AS person ORDER BY key
		) AS sorted`,
		[people]
	);
}

/** Locks the members of a room with the locks of batches, because their cursors may be in the room. */
export function lockMembers(sql: Transaction, room: string): void {
	sql.send(
		`SELECT pg_advisory_xact_lock(key) FROM (
			SELECT hashtextextended(user_id, ${SPACES.batches}) AS key FROM members WHERE room = $1 ORDER BY key
		) AS sorted`,
		[room]
	);
}

/** Makes revocations visible in the order of their numbers: a reader that sees one has seen all before it. */
export function lockRevocations(sql: Transaction): void {
	sql.send(`SELECT pg_advisory_xact_lock(hashtextextended('revocations', ${SPACES.others}))`);
}

/** Tries to get the lock for emptying old messages, which one transaction of all nodes can hold. */
export async function tryRetention(transaction: Transaction): Promise<boolean> {
	const [row] = await transaction.query<{ isOurs: boolean }>(
		`SELECT pg_try_advisory_xact_lock(hashtextextended('retention', ${SPACES.others})) AS "isOurs"`
	);
	return row?.isOurs ?? false;
}

/** Tries to get the lock of a consumer for a room, which one transaction of all nodes can hold. */
export async function tryConsumer(transaction: Transaction, name: string, room: string): Promise<boolean> {
	const [row] = await transaction.query<{ isOurs: boolean }>(
		`SELECT pg_try_advisory_xact_lock(hashtextextended($1, ${SPACES.consumers})) AS "isOurs"`,
		[`${name} ${room}`]
	);
	return row?.isOurs ?? false;
}
