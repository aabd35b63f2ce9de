import type { DatabaseSync } from 'node:sqlite';
import { RETENTION_BATCH } from '../retention-batch.ts';
import type { Calls } from './calls.ts';
import { emptyingOf } from './empty-texts.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

interface Room {
	room: string;
	head: number;
	/** Its messages up to this one have no text. */
	emptiedTo: number;
}

/** Emptying what is old, room after room. */
export function createRetention(database: DatabaseSync): Pick<Calls, 'emptyOlder'> {
	const prepare = statementsOf(database);
	const findRooms = prepare<[string, number], Room>(
		'SELECT room, head, emptied_to AS emptiedTo FROM rooms WHERE room > ? ORDER BY room LIMIT ?'
	);
	const findMessages = prepare<[string, number, number], { seq: number; sentAt: number; bytes: number }>(
		`SELECT seq, sent_at AS sentAt, octet_length(text) AS bytes FROM messages
		WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`
	);
	const findTime = prepare<[string, number], { sentAt: number }>(
		'SELECT sent_at AS sentAt FROM messages WHERE room = ? AND seq = ?'
	);
	const moveOn = prepare<[number, string]>('UPDATE rooms SET emptied_to = ? WHERE room = ?');
	const empty = emptyingOf(database);

	/** How far a room is to be emptied now, and whether more of it may be old. */
	function reachOf({ room, head, emptiedTo }: Room, times: { before: number; now: number }) {
		let [upTo, bytes] = [emptiedTo, 0];
		if (emptiedTo === head) return { upTo, isFull: false };
		const messages = findMessages.all(room, emptiedTo, RETENTION_BATCH.messages);
		for (const message of messages) {
			if (message.sentAt >= times.before && message.sentAt <= times.now) return { upTo, isFull: false };
			// Where the newest message is ahead of the clock, too, it is the clock that is wrong.
			const isAhead = message.sentAt > times.now;
			if (isAhead && (findTime.first(room, head)?.sentAt ?? 0) > times.now) return { upTo, isFull: false };
			if (message.sentAt < times.before) upTo = message.seq;
			bytes += message.bytes;
			if (bytes >= RETENTION_BATCH.bytes) return { upTo, isFull: true };
		}
		return { upTo, isFull: messages.length === RETENTION_BATCH.messages };
	}

	return {
		emptyOlder(times, after) {
			const rooms = findRooms.all(after, RETENTION_BATCH.rooms);
			let last = after;
			for (const each of rooms) {
				const { upTo, isFull } = reachOf(each, times);
				if (upTo > each.emptiedTo) {
					const emptied = transact(database, 'IMMEDIATE', () => {
						moveOn.run(upTo, each.room);
						return empty(each.room, each.emptiedTo + 1, upTo);
					});
					return { emptied, after: isFull ? last : each.room };
				}
				last = each.room;
			}
			return { emptied: 0, after: rooms.length === RETENTION_BATCH.rooms ? last : null };
		}
	};
}
