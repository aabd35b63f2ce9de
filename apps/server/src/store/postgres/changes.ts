import { changesBy, type Changes } from '../../rules/index.ts';
import type { InvitationState, Rule, State, Subject } from '../../rules/state.ts';
import {
	FIND_BLOCKED,
	FIND_INVITATIONS,
	FIND_OTHER,
	FIND_PARTNER,
	FIND_SESSIONS,
	FIND_STATE,
	toState,
	type BlockedRow,
	type OtherRow,
	type PartnerRow,
	type SessionRow,
	type StateRow
} from '../load.ts';
import { KEPT_REVOCATIONS } from '../schema.ts';
import { statementOf, type Write } from '../write.ts';
import type { Database } from './Database.ts';
import { lockMembers, lockRevocations, lockSubject } from './locks.ts';
import type { Sql } from './sql.ts';
import type { Transaction } from './Transaction.ts';

/** Loads the state of a subject. */
export async function load(sql: Sql, subject: Subject): Promise<State> {
	const { userId, room = null, secretHash, partnerId, otherId, hasInvitations, hasBlocks, hasSessions } = subject;
	const hash = secretHash === undefined ? null : Buffer.from(secretHash, 'hex');
	const [[found], [partner], others, invitations, blocked, sessions] = await Promise.all([
		sql.query<StateRow>(FIND_STATE, [room, hash, userId]),
		partnerId === undefined ? [] : sql.query<PartnerRow>(FIND_PARTNER, [userId, partnerId]),
		otherId === undefined ? [] : sql.query<OtherRow>(FIND_OTHER, [room, otherId]),
		hasInvitations ? sql.query<InvitationState>(FIND_INVITATIONS, [room]) : [],
		hasBlocks ? sql.query<BlockedRow>(FIND_BLOCKED, [userId]) : [],
		hasSessions ? sql.query<SessionRow>(FIND_SESSIONS, [userId]) : []
	]);
	if (!found) throw new Error('the state query returned no row');
	return toState(subject, found, partner, others, invitations, blocked, sessions);
}

/** Sends a write of a decision, with the locks that it needs. */
export function send(transaction: Transaction, write: Write): void {
	const { text, values } = statementOf(write);
	const removesAll = 'remove' in write && write.remove === 'members' && write.where.userId === undefined;
	const isRevocation = 'insert' in write && write.insert === 'revocations';
	if (removesAll) lockMembers(transaction, write.where.room ?? '');
	if (isRevocation) lockRevocations(transaction);
	transaction.send(text, values);
	if (isRevocation) forgetRevocations(transaction);
}

function forgetRevocations(transaction: Transaction): void {
	transaction.send(
		`DELETE FROM revocations WHERE number <= (SELECT max(number) FROM revocations) - ${KEPT_REVOCATIONS}`
	);
}

/** Makes the store methods from the rules. */
export function createChanges(database: Database): Changes<'promised'> {
	return changesBy<'promised'>(({ about, decide }: Rule<unknown[], unknown>, args) => {
		const subject = about(...args);
		return database.change([subject.userId], async (run) => {
			// Most requests change nothing, such as the join of a reconnecting member. They take no lock and wait for
			// no disk.
			const preview = decide(await run((sql) => load(sql, subject)), ...args);
			if (preview.writes.length === 0) return preview.outcome;
			return await run((sql) =>
				sql.transaction(async (transaction) => {
					lockSubject(transaction, subject);
					const { outcome, writes } = decide(await load(transaction, subject), ...args);
					for (const write of writes) send(transaction, write);
					return outcome;
				})
			);
		});
	});
}

/** Writes rows of a person without a decision. */
export async function writeFor(database: Database, userId: string, writes: readonly Write[]): Promise<void> {
	await database.change([userId], (run) =>
		run((sql) =>
			sql.transaction((transaction) => {
				for (const write of writes) send(transaction, write);
			})
		)
	);
}
