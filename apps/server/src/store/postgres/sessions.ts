import type { User } from '@digda/protocol';
import { newSession, renamed } from '../../rules/sessions.ts';
import type { Store } from '../store.ts';
import { writeFor } from './changes.ts';
import type { Database } from './Database.ts';

type Sessions = Pick<Store, 'createSession' | 'findSession' | 'findUser' | 'rename'>;

/** Stores and finds users and their sessions. */
export function createSessions(database: Database): Sessions {
	return {
		createSession: (tokenHash, user, now) => writeFor(database, user.id, newSession(tokenHash, user, now)),

		findSession: async (tokenHash) => {
			const [user] = await database.inOrder((sql) =>
				sql.query<User>(
					"SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = decode($1, 'hex')",
					[tokenHash]
				)
			);
			return user;
		},

		findUser: async (userId) => {
			const [user] = await database.inOrder(
				(sql) => sql.query<User>('SELECT id, name FROM users WHERE id = $1', [userId]),
				[userId]
			);
			return user;
		},

		rename: (userId, name) => writeFor(database, userId, renamed(userId, name))
	};
}
