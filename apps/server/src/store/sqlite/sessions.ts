import type { User } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Calls } from './calls.ts';
import { prepare } from './query.ts';
import { inWrite } from './transaction.ts';

/** People and the tokens by which they are known. */
export function createSessions(
	database: DatabaseSync
): Pick<Calls, 'createSession' | 'findSession' | 'rename'> {
	const insertUser = prepare<[id: string, name: string, now: number]>(
		database,
		'INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)'
	);
	const insertSession = prepare<[tokenHash: Uint8Array, userId: string, now: number]>(
		database,
		'INSERT INTO sessions (token_hash, user_id, created_at) VALUES (?, ?, ?)'
	);
	const findUser = prepare<[tokenHash: Uint8Array], User>(
		database,
		'SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = ?'
	);
	const updateName = prepare<[name: string, id: string]>(
		database,
		'UPDATE users SET name = ? WHERE id = ?'
	);

	return {
		createSession: (tokenHash, user, now) =>
			inWrite(database, () => {
				insertUser.run(user.id, user.name, now);
				insertSession.run(tokenHash, user.id, now);
			}),
		findSession: (tokenHash) => findUser.first(tokenHash),
		rename: (userId, name) => void updateName.run(name, userId)
	};
}
