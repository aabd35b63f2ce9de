import type { DatabaseSync } from 'node:sqlite';
import {
	decideBatch,
	IdTaken,
	isSure,
	type BatchState,
	type BatchWrites,
	type MembershipRow
} from '../../rules/batch.ts';
import { needsOf, type Needs } from '../../rules/needs.ts';
import type { ChangeRow, MessageRow } from '../entry-rows.ts';
import { toRoom, type RoomRow } from '../load.ts';
import { selected, type RowOf } from '../schema.ts';
import type { Calls } from './calls.ts';
import { erasingOf } from './erase.ts';
import { statementsOf } from './query.ts';
import { seal, sealedColumns, type SealedRow, type SealedTable } from './sealed-rows.ts';
import { DamagedContent } from './sqlite-error.ts';
import { transact } from './transaction.ts';

/** Makes the function that stores a batch in one transaction. */
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

/** Makes the function that loads the rows of a batch. `areIdsKnown` also loads the entries with its ids. */
function loadingOf(database: DatabaseSync): (needs: Needs, areIdsKnown: boolean) => BatchState {
	const prepare = statementsOf(database);
	const findRoom = prepare<[string], RoomRow>(`SELECT ${selected('rooms')} FROM rooms WHERE room = ?`);
	const findMembership = prepare<[string, string], MembershipRow>(
		`SELECT user_id AS userId, room, max(read_seq, emptied_to) AS readSeq, head FROM members JOIN rooms USING (room)
		WHERE user_id = ? AND room = ?`
	);
	const findMessage = prepare<[string, string], MessageRow>(
		`SELECT ${selected('messages')} FROM messages WHERE id = ? AND author_id = ?`
	);
	const findChange = prepare<[string, string], ChangeRow>(
		`SELECT ${selected('changes')} FROM changes WHERE id = ? AND author_id = ?`
	);
	const findMarks = prepare<[string, string, string], RowOf<'marks'>>(
		`SELECT ${selected('marks')} FROM messages
		JOIN marks ON marks.room = messages.room AND marks.target = messages.seq
		WHERE messages.id = ? AND messages.author_id = ? AND marks.user_id = ?`
	);
	const findBlock = prepare<[string, string], RowOf<'blocks'>>(
		`SELECT ${selected('blocks')} FROM blocks WHERE user_id = ? AND blocked_id = ?`
	);
	const all = <Need, Row>(needs: readonly Need[], find: (need: Need) => Row | undefined) =>
		needs.flatMap((need) => find(need) ?? []);

	return ({ rooms, memberships, ids, targets, marks, blocks }, areIdsKnown) => ({
		rooms: all(rooms, (room) => findRoom.first(room)).map(toRoom),
		memberships: all(memberships, ({ userId, room }) => findMembership.first(userId, room)),
		messages: all(areIdsKnown ? [...targets, ...ids] : targets, ({ id, authorId }) => findMessage.first(id, authorId)),
		changes: all(areIdsKnown ? ids : [], ({ id, authorId }) => findChange.first(id, authorId)),
		marks: marks.flatMap(({ id, authorId, userId }) => findMarks.all(id, authorId, userId)),
		blocks: all(blocks, ({ userId, blockedId }) => findBlock.first(userId, blockedId))
	});
}

/**
 * Makes the function that writes a batch. @throws {IdTaken} an entry is already stored, and the ids were not looked up
 */
function writingOf(database: DatabaseSync): (writes: BatchWrites, areIdsKnown: boolean) => void {
	const prepare = statementsOf(database);
	const insert = { messages: insertion('messages', 'changes'), changes: insertion('changes', 'messages') };
	const updateMessage = prepare<SealedRow>(
		`UPDATE messages SET (${sealedColumns('messages')}) = (${placeholders('messages')}) WHERE room = ?1 AND seq = ?2`
	);
	const updateHead = prepare<[number, number, number, string]>(
		'UPDATE rooms SET head = ?, said = ?, last_deletion = ? WHERE room = ?'
	);
	const updateActivity = prepare<[number, string]>('UPDATE rooms SET last_at = ? WHERE room = ?');
	const updateTopic = prepare<[number, string, string]>('UPDATE rooms SET topic_seq = ?, topic = ? WHERE room = ?');
	const updateCursor = prepare<[number, string, string]>(
		'UPDATE members SET read_seq = ? WHERE user_id = ? AND room = ?'
	);
	const setMark = prepare<[string, string, number, string]>(
		'INSERT INTO marks (room, user_id, target, mark) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
	);
	const unsetMark = prepare<[string, string, number, string]>(
		'DELETE FROM marks WHERE room = ? AND user_id = ? AND target = ? AND mark = ?'
	);
	const setMention = prepare<[string, number, string]>(
		'INSERT INTO mentions (room, seq, user_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
	);
	const unsetMention = prepare<[string, number, string]>(
		'DELETE FROM mentions WHERE room = ? AND seq = ? AND user_id = ?'
	);
	const erase = erasingOf(database);

	/** Inserts a row if its id is new for the author and its `seq` is new in the room, across both tables. */
	function insertion(name: SealedTable, other: SealedTable) {
		return prepare<SealedRow>(
			`INSERT INTO ${name} (${sealedColumns(name)}) SELECT ${placeholders(name)}
			WHERE NOT EXISTS (SELECT 1 FROM ${other} WHERE id = ?3 AND author_id = ?4)
				AND NOT EXISTS (SELECT 1 FROM ${other} WHERE room = ?1 AND seq = ?2)
			ON CONFLICT DO NOTHING`
		);
	}

	return ({ messages, changes, changed, marks, mentions, erased, rooms, cursors }, areIdsKnown) => {
		const check = (count: number, room: string) => {
			if (count > 0) return;
			throw areIdsKnown ? new DamagedContent(`the head of ${room} is behind its entries`) : new IdTaken();
		};
		for (const row of messages) check(insert.messages.run(...seal('messages', row)), row.room);
		for (const row of changes) check(insert.changes.run(...seal('changes', row)), row.room);
		for (const row of changed) updateMessage.run(...seal('messages', row));
		for (const { room, userId, target, mark, isSet } of marks) {
			(isSet ? setMark : unsetMark).run(room, userId, target, mark);
		}
		for (const { room, seq, userId, isSet } of mentions) (isSet ? setMention : unsetMention).run(room, seq, userId);
		for (const { room, seq } of erased) erase(room, seq, seq);
		for (const { room, head, said, lastDeletion, lastAt, topicSeq, topic } of rooms) {
			updateHead.run(head, said, lastDeletion, room);
			if (lastAt !== null) updateActivity.run(lastAt, room);
			if (topicSeq !== null) updateTopic.run(topicSeq, topic ?? '', room);
		}
		for (const { userId, room, readSeq } of cursors) updateCursor.run(readSeq, userId, room);
	};
}

function placeholders(name: SealedTable): string {
	return sealedColumns(name)
		.split(', ')
		.map((_, index) => `?${index + 1}`)
		.join(', ');
}
