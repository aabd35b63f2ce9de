import { MAX_REACTORS, MAX_VERSIONS, type Target, type User } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import { versionsOf, whyNoVersions, type EditRow } from '../../rules/versions.ts';
import { FIND_EDITS, FIND_FOR_MEMBER, FIND_REACTORS, type FoundMessage } from '../load.ts';
import type { Calls } from './calls.ts';
import { numbered, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Reads details of single messages on demand. */
export function createDetails(database: DatabaseSync): Pick<Calls, 'versions' | 'reactors'> {
	const prepare = statementsOf(database);
	const findMessage = prepare<[string, string, string, string], FoundMessage>(numbered(FIND_FOR_MEMBER));
	const findEdits = prepare<[string, number, number], EditRow>(numbered(FIND_EDITS));
	const findReactors = prepare<[string, number, string, number], User>(numbered(FIND_REACTORS));
	const find = (userId: string, room: string, { author, id }: Target) => findMessage.first(userId, room, author, id);

	return {
		versions: (userId, room, target) =>
			transact(database, 'DEFERRED', () => {
				const found = find(userId, room, target);
				const reason = whyNoVersions(found, userId);
				if (reason !== undefined || !found) return reason ?? 'not_found';
				return versionsOf(found, findEdits.all(room, found.seq, MAX_VERSIONS + 1), MAX_VERSIONS);
			}),

		reactors: (userId, room, target, mark) =>
			transact(database, 'DEFERRED', () => {
				const found = find(userId, room, target);
				return found ? findReactors.all(room, found.seq, mark, MAX_REACTORS) : 'not_found';
			})
	};
}
