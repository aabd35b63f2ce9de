import type { DatabaseSync } from 'node:sqlite';
import { isDue, reachOf, RETENTION_BATCH, type EmptiableRoom, type SizedMessage } from '../../rules/retention.ts';
import { FIND_EMPTIABLE, FIND_OLDEST } from '../load.ts';
import type { Calls } from './calls.ts';
import { emptyingOf } from './erase.ts';
import { numbered, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Empties old messages room by room. */
export function createRetention(database: DatabaseSync): Pick<Calls, 'emptyOlder'> {
	const prepare = statementsOf(database);
	const findRooms = prepare<[string, number], EmptiableRoom>(numbered(FIND_EMPTIABLE));
	const findMessages = prepare<[string, number, number], SizedMessage>(numbered(FIND_OLDEST));
	const setEmptiedTo = prepare<[number, string]>('UPDATE rooms SET emptied_to = ? WHERE room = ?');
	const empty = emptyingOf(database);

	return {
		emptyOlder(times, after) {
			const rooms = findRooms.all(after, RETENTION_BATCH.rooms);
			let last = after;
			for (const each of rooms) {
				const { room, emptiedTo } = each;
				const messages = isDue(each, times) ? findMessages.all(room, emptiedTo, RETENTION_BATCH.messages) : [];
				const { upTo, isFull } = reachOf(each, messages, times);
				if (upTo > emptiedTo) {
					const emptied = transact(database, 'IMMEDIATE', () => {
						setEmptiedTo.run(upTo, room);
						return empty(room, emptiedTo + 1, upTo);
					});
					return { emptied, after: isFull ? last : room };
				}
				last = room;
			}
			return { emptied: 0, after: rooms.length === RETENTION_BATCH.rooms ? last : null };
		}
	};
}
