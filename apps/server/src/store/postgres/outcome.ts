import type { PendingQuery, Row } from 'postgres';
import type { Membership } from '../store.ts';
import type { Sql } from './connect.ts';
import type { Database, Statement } from './Database.ts';

/** Calls a function of the database. */
type Call = (sql: Sql) => PendingQuery<Row[]>;

/** Of functions that answer with a membership, or why there is none. */
type Joined<Outcome> = { outcome: Outcome } | (Membership & { outcome: 'joined' });

/** What a function of the database answers that changes something. */
export async function outcomeOf<Outcome>(database: Database, call: Call): Promise<Outcome> {
	const { outcome } = await rowOf(database, (sql) => sql<{ outcome: Outcome }[]>`SELECT ${call(sql)} AS outcome`);
	return outcome;
}

/** The membership that a function of the database answers with, or why there is none. */
export async function joinedBy<Outcome>(database: Database, call: Call): Promise<Membership | Outcome> {
	const row = await rowOf(
		database,
		(sql) => sql<Joined<Outcome>[]>`
			SELECT outcome, room, title, owner_id AS "ownerId", is_private AS "isPrivate", head, read_seq AS "readSeq"
			FROM ${call(sql)}`
	);
	if (!isJoined(row)) return row.outcome;
	const { room, title, ownerId, isPrivate, head, readSeq } = row;
	return { room, title, ownerId, isPrivate, head, readSeq };
}

/** The one row of an answer. */
export async function rowOf<One>(database: Database, statement: Statement<readonly One[]>): Promise<One> {
	const [row] = await database.inOrder(statement);
	if (!row) throw new Error('a function of the database said nothing');
	return row;
}

function isJoined<Outcome>(row: Joined<Outcome>): row is Membership & { outcome: 'joined' } {
	return row.outcome === 'joined';
}
