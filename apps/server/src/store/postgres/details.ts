import { MAX_REACTORS, MAX_VERSIONS, type Target, type User } from '@digda/protocol';
import { versionsOf, whyNoVersions, type EditRow } from '../../rules/versions.ts';
import { FIND_EDITS, FIND_FOR_MEMBER, FIND_REACTORS, type FoundMessage } from '../load.ts';
import type { Store } from '../store.ts';
import type { Database } from './Database.ts';
import type { Sql } from './sql.ts';

/** Reads details of single messages on demand. */
export function createDetails(database: Database): Pick<Store, 'versions' | 'reactors'> {
	return {
		versions: (userId, room, target) =>
			database.concurrently(async (sql) => {
				const found = await find(sql, userId, room, target);
				const reason = whyNoVersions(found, userId);
				if (reason !== undefined || !found) return reason ?? 'not_found';
				const edits = await sql.query<EditRow>(FIND_EDITS, [room, found.seq, MAX_VERSIONS + 1]);
				// The message may have been deleted since.
				if (edits.some(({ content }) => content === '')) return 'gone';
				return versionsOf(found, edits, MAX_VERSIONS);
			}),

		reactors: (userId, room, target, mark) =>
			database.concurrently(async (sql) => {
				const found = await find(sql, userId, room, target);
				return found ? await sql.query<User>(FIND_REACTORS, [room, found.seq, mark, MAX_REACTORS]) : 'not_found';
			})
	};
}

async function find(sql: Sql, userId: string, room: string, { author, id }: Target): Promise<FoundMessage | undefined> {
	const [found] = await sql.query<FoundMessage>(FIND_FOR_MEMBER, [userId, room, author, id]);
	return found;
}
