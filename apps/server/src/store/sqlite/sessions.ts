import type { User } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import { newSession, renamed } from '../../rules/sessions.ts';
import type { Write } from '../write.ts';
import type { Calls } from './calls.ts';
import { writingOf } from './changes.ts';
import { bytes, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Stores and finds users and their sessions. */
export function createSessions(
	database: DatabaseSync
): Pick<Calls, 'createSession' | 'findSession' | 'findUser' | 'rename'> {
	const prepare = statementsOf(database);
	const run = writingOf(database);
	const write = (writes: readonly Write[]) => transact(database, 'IMMEDIATE', () => run(writes));
	const findByToken = prepare<[Uint8Array], User>(
		'SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = ?'
	);
	const findById = prepare<[string], User>('SELECT id, name FROM users WHERE id = ?');

	return {
		createSession: (tokenHash, user, now) => write(newSession(tokenHash, user, now)),
		findSession: (tokenHash) => findByToken.first(bytes(tokenHash)),
		findUser: (userId) => findById.first(userId),
		rename: (userId, name) => write(renamed(userId, name))
	};
}
