import type { DatabaseSync } from 'node:sqlite';
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
import { statementOf, type SqlValue, type Write } from '../write.ts';
import { bytes, numbered, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** SQLite has no booleans. */
type Value = Exclude<SqlValue, boolean>;

/** Makes the function that loads the state of a subject. */
export function loadingOf(database: DatabaseSync): (subject: Subject) => State {
	const prepare = statementsOf(database);
	const findState = prepare<[string | null, Uint8Array | null, string], StateRow>(numbered(FIND_STATE));
	const findPartner = prepare<[string, string], PartnerRow>(numbered(FIND_PARTNER));
	const findOther = prepare<[string, string], OtherRow>(numbered(FIND_OTHER));
	const findInvitations = prepare<[string], InvitationState>(numbered(FIND_INVITATIONS));
	const findBlocked = prepare<[string], BlockedRow>(numbered(FIND_BLOCKED));
	const findSessions = prepare<[string], SessionRow>(numbered(FIND_SESSIONS));
	return (subject) => {
		const { userId, room = null, secretHash, partnerId, otherId, hasInvitations, hasBlocks, hasSessions } = subject;
		const found = findState.first(room, secretHash === undefined ? null : bytes(secretHash), userId);
		if (!found) throw new Error('the state query returned no row');
		const partner = partnerId === undefined ? undefined : findPartner.first(userId, partnerId);
		const others = otherId === undefined ? [] : findOther.all(room ?? '', otherId);
		const invitations = hasInvitations ? findInvitations.all(room ?? '') : [];
		const blocked = hasBlocks ? findBlocked.all(userId) : [];
		return toState(subject, found, partner, others, invitations, blocked, hasSessions ? findSessions.all(userId) : []);
	};
}

/** Makes the function that runs writes, within the caller's transaction. */
export function writingOf(database: DatabaseSync): (writes: readonly Write[]) => void {
	const prepare = statementsOf(database);
	const prepared = new Map<string, ReturnType<typeof prepare<Value[]>>>();
	const forget = prepare<[number]>('DELETE FROM revocations WHERE number <= (SELECT max(number) FROM revocations) - ?');

	function run(write: Write): void {
		const { text, values } = statementOf(write);
		const statement = prepared.get(text) ?? prepare<Value[]>(numbered(text));
		prepared.set(text, statement);
		statement.run(...values.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
		if ('insert' in write && write.insert === 'revocations') forget.run(KEPT_REVOCATIONS);
	}
	return (writes) => writes.forEach(run);
}

/** Makes the store methods from the rules. */
export function createChanges(database: DatabaseSync): Changes<'now'> {
	const load = loadingOf(database);
	const write = writingOf(database);

	return changesBy<'now'>(({ about, decide }: Rule<unknown[], unknown>, args) => {
		// Only this thread writes to the database, so nothing changes between the load and the writes.
		const { outcome, writes } = decide(load(about(...args)), ...args);
		if (writes.length > 0) transact(database, 'IMMEDIATE', () => write(writes));
		return outcome;
	});
}
