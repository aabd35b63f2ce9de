import type { DatabaseSync } from 'node:sqlite';
import {
	decideBatch,
	IdTaken,
	isSure,
	needsOf,
	type BatchState,
	type BatchWrites,
	type EntryRow,
	type MembershipRow,
	type Needs
} from '../../rules/batch.ts';
import { toRoom, type RoomRow } from '../load.ts';
import { selected } from '../schema.ts';
import type { Calls } from './calls.ts';
import { emptyingOf } from './empty-texts.ts';
import { entryChecksum } from './entry-checksum.ts';
import { statementsOf } from './query.ts';
import { DamagedContent } from './sqlite-error.ts';
import { transact } from './transaction.ts';

/** The transaction that stores a batch. */
export function createAppend(database: DatabaseSync): Calls['append'] {
	const load = loadingOf(database);
	const write = writingOf(database);

	return (entries, cursors) => {
		const needs = needsOf(entries, cursors);
		const attempt = (areIdsKnown: boolean) =>
			transact(database, 'IMMEDIATE', () => {
				const { outcome, writes } = decideBatch(load(needs, areIdsKnown), entries, cursors);
				if (!areIdsKnown && !isSure(outcome)) throw new IdTaken();
				write(writes, areIdsKnown);
				return outcome;
			});
		try {
			return attempt(false);
		} catch (error) {
			if (!(error instanceof IdTaken)) throw error;
			return attempt(true);
		}
	};
}

/** Loads the rows that a batch needs, by its ids only when that is asked for. */
function loadingOf(database: DatabaseSync): (needs: Needs, areIdsKnown: boolean) => BatchState {
	const prepare = statementsOf(database);
	const findRoom = prepare<[string], RoomRow>(`SELECT ${selected('rooms')} FROM rooms WHERE room = ?`);
	const findMembership = prepare<[string, string], MembershipRow>(
		`SELECT user_id AS userId, room, read_seq AS readSeq, head FROM members JOIN rooms USING (room)
		WHERE user_id = ? AND room = ?`
	);
	const findById = prepare<[string, string], EntryRow>(
		`SELECT ${selected('messages')} FROM messages WHERE id = ? AND author_id = ?`
	);
	const findByPlace = prepare<[string, number], EntryRow>(
		`SELECT ${selected('messages')} FROM messages WHERE room = ? AND seq = ?`
	);
	const findDeletion = prepare<[string, number], EntryRow>(
		`SELECT ${selected('messages')} FROM messages WHERE room = ? AND deletes = ?`
	);
	const all = <Need, Row>(needs: readonly Need[], find: (need: Need) => Row | undefined) =>
		needs.flatMap((need) => find(need) ?? []);

	return ({ rooms, memberships, ids, targets }, areIdsKnown) => ({
		rooms: all(rooms, (room) => findRoom.first(room)).map(toRoom),
		memberships: all(memberships, ({ userId, room }) => findMembership.first(userId, room)),
		entries: [
			...all(areIdsKnown ? ids : [], ({ id, authorId }) => findById.first(id, authorId)),
			...all(targets, ({ room, seq }) => findByPlace.first(room, seq)),
			...all(targets, ({ room, seq }) => findDeletion.first(room, seq))
		]
	});
}

/** Writes a batch. @throws {IdTaken} an entry is stored already, and the ids of the batch were not looked up */
function writingOf(database: DatabaseSync): (writes: BatchWrites, areIdsKnown: boolean) => void {
	const prepare = statementsOf(database);
	const insert = prepare<[string, number, string, string, string, string, number, number | null, number]>(
		`INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, deletes, checksum)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	);
	const updateHead = prepare<[number, string]>('UPDATE rooms SET head = ? WHERE room = ?');
	const updateActivity = prepare<[number, string]>('UPDATE rooms SET last_at = ? WHERE room = ?');
	const updateCursor = prepare<[number, string, string]>(
		'UPDATE members SET read_seq = ? WHERE user_id = ? AND room = ?'
	);
	const empty = emptyingOf(database);

	return ({ entries, emptied, rooms, cursors }, areIdsKnown) => {
		for (const entry of entries) {
			const { room, seq, id, authorId, authorName, text, sentAt, deletes } = entry;
			const checksum = entryChecksum(room, entry);
			if (insert.run(room, seq, id, authorId, authorName, text, sentAt, deletes, checksum) === 0) {
				throw areIdsKnown ? new DamagedContent(`the head of ${room} is behind its messages`) : new IdTaken();
			}
		}
		// After the entries: a message may be deleted in the batch that brings it.
		for (const { room, seq } of emptied) empty(room, seq, seq);
		for (const { room, head, lastAt } of rooms) {
			updateHead.run(head, room);
			if (lastAt !== null) updateActivity.run(lastAt, room);
		}
		for (const { userId, room, readSeq } of cursors) updateCursor.run(readSeq, userId, room);
	};
}
