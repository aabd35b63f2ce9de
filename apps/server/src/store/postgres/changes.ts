import { changesBy, type Changes } from '../../rules/index.ts';
import type { Rule, State, Subject } from '../../rules/state.ts';
import {
	FIND_OTHER,
	FIND_SESSIONS,
	FIND_STATE,
	toState,
	type OtherRow,
	type SessionRow,
	type StateRow
} from '../load.ts';
import { KEPT_REVOCATIONS } from '../schema.ts';
import { statementOf, type Write } from '../write.ts';
import { PREPARED, type Sql, type Transaction } from './connect.ts';
import type { Database } from './Database.ts';
import { lockMembers, lockRevocations, lockSubject } from './locks.ts';

/** Loads the state of a subject. */
export async function load(sql: Sql | Transaction, subject: Subject): Promise<State> {
	const { userId, room = null, secretHash, otherId, hasSessions } = subject;
	const hash = secretHash === undefined ? null : Buffer.from(secretHash, 'hex');
	const [[found], others, sessions] = await Promise.all([
		sql.unsafe<StateRow[]>(FIND_STATE, [room, hash, userId], PREPARED).execute(),
		otherId === undefined ? [] : sql.unsafe<OtherRow[]>(FIND_OTHER, [room, otherId], PREPARED).execute(),
		hasSessions ? sql.unsafe<SessionRow[]>(FIND_SESSIONS, [userId], PREPARED).execute() : []
	]);
	if (!found) throw new Error('a statement that always has a row has none');
	return toState(subject, found, others, sessions);
}

/** Runs the writes of a decision in their order; all of them are sent at once. */
export async function write(transaction: Transaction, writes: readonly Write[]): Promise<void> {
	await Promise.all(writes.flatMap((each) => statementsFor(transaction, each)));
}

function statementsFor(transaction: Transaction, write: Write): Promise<unknown>[] {
	const { text, values } = statementOf(write);
	const isOfAll = 'remove' in write && write.remove === 'members' && write.where.userId === undefined;
	const isRevocation = 'insert' in write && write.insert === 'revocations';
	return [
		...(isOfAll ? [lockMembers(transaction, write.where.room ?? '')] : []),
		...(isRevocation ? [lockRevocations(transaction)] : []),
		transaction.unsafe(text, values, PREPARED).execute(),
		...(isRevocation ? [forgetRevocations(transaction)] : [])
	];
}

function forgetRevocations(transaction: Transaction): Promise<unknown> {
	return transaction`
		DELETE FROM revocations WHERE number <= (SELECT max(number) FROM revocations) - ${KEPT_REVOCATIONS}::bigint`.execute();
}

/** Changes rooms, memberships and sessions by their rules. */
export function createChanges(database: Database): Changes<'promised'> {
	return changesBy<'promised'>(({ about, decide }: Rule<unknown[], unknown>, args) => {
		const subject = about(...args);
		return database.change([subject.userId], async (run) => {
			// Most requests change nothing, such as the join of a member who reconnects. They take no lock and wait for no disk.
			const glance = decide(await run((sql) => load(sql, subject)), ...args);
			if (glance.writes.length === 0) return glance.outcome;
			return await run((sql) =>
				database.transaction(sql, async (transaction) => {
					const [, state] = await Promise.all([lockSubject(transaction, subject), load(transaction, subject)]);
					const { outcome, writes } = decide(state, ...args);
					await write(transaction, writes);
					return outcome;
				})
			);
		});
	});
}

/** Changes rows of a person, whatever the others are. */
export async function writeFor(database: Database, userId: string, writes: readonly Write[]): Promise<void> {
	await database.change([userId], (run) =>
		run((sql) => database.transaction(sql, (transaction) => write(transaction, writes)))
	);
}
