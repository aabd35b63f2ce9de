import type { User } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Calls } from './calls.ts';
import { departuresOf } from './departures.ts';
import { bytes, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** People and the tokens by which they are known. */
export function createSessions(
	database: DatabaseSync
): Pick<Calls, 'createSession' | 'renewSession' | 'findSession' | 'findUser' | 'rename'> {
	const prepare = statementsOf(database);
	const insertUser = prepare<[string, string, number]>('INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)');
	const insertSession = prepare<[Uint8Array, string, number]>(
		'INSERT INTO sessions (token_hash, user_id, created_at) VALUES (?, ?, ?)'
	);
	const countOwn = prepare<[string, Uint8Array, Uint8Array], { count: number; isOwn: number }>(
		'SELECT count(*) AS count, coalesce(max(token_hash IN (?2, ?3)), 0) AS isOwn FROM sessions WHERE user_id = ?1'
	);
	const removeSessions = prepare<[string]>('DELETE FROM sessions WHERE user_id = ?');
	const note = departuresOf(database);
	const findByToken = prepare<[Uint8Array], User>(
		'SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = ?'
	);
	const findById = prepare<[string], User>('SELECT id, name FROM users WHERE id = ?');
	const updateName = prepare<[string, string]>('UPDATE users SET name = ? WHERE id = ?');

	return {
		createSession: (tokenHash, user, now) =>
			transact(database, 'IMMEDIATE', () => {
				insertUser.run(user.id, user.name, now);
				insertSession.run(bytes(tokenHash), user.id, now);
			}),
		renewSession: (tokenHash, userId, now, from) =>
			transact(database, 'IMMEDIATE', () => {
				const own = countOwn.first(userId, bytes(tokenHash), bytes(from ?? tokenHash));
				if (from !== null && !own?.isOwn) return 'unauthorized';
				// Asked for again: nothing has to end.
				if (own?.count === 1 && findByToken.first(bytes(tokenHash))) return 'done';
				removeSessions.run(userId);
				insertSession.run(bytes(tokenHash), userId, now);
				note({ kind: 'renewed', room: null, userId });
				return 'done';
			}),
		findSession: (tokenHash) => findByToken.first(bytes(tokenHash)),
		findUser: (userId) => findById.first(userId),
		rename: (userId, name) => void updateName.run(name, userId)
	};
}
