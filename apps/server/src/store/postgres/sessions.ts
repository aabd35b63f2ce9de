import type { User } from '@digda/protocol';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';
import { outcomeOf } from './outcome.ts';

type Sessions = Pick<Store, 'createSession' | 'renewSession' | 'findSession' | 'findUser' | 'rename'>;

/** Who somebody is. */
export function createSessions(database: Database): Sessions {
	return {
		createSession: async (tokenHash, user, now) => {
			await database.inOrder(
				(sql) => sql`
					WITH made AS (INSERT INTO users (id, name, created_at) VALUES (${user.id}, ${user.name}, ${now}))
					INSERT INTO sessions (token_hash, user_id, created_at)
					VALUES (decode(${tokenHash}, 'hex'), ${user.id}, ${now})`
			);
		},

		findSession: async (tokenHash) => {
			const [user] = await database.inOrder(
				(sql) => sql<User[]>`
					SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = decode(${tokenHash}, 'hex')`
			);
			return user;
		},

		findUser: async (userId) => {
			const [user] = await database.inOrder((sql) => sql<User[]>`SELECT id, name FROM users WHERE id = ${userId}`);
			return user;
		},

		rename: async (userId, name) => {
			await database.inOrder((sql) => sql`UPDATE users SET name = ${name} WHERE id = ${userId}`);
		},

		renewSession: (tokenHash, userId, now, from) =>
			outcomeOf(
				database,
				(sql) => sql`renew_session(decode(${tokenHash}, 'hex'), ${userId}, ${now}, decode(${from}, 'hex'))`
			)
	};
}
