import type { DatabaseSync } from 'node:sqlite';
import type { Appended, NewMessage, ReadCursor } from '../store.ts';
import type { Calls } from './calls.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Rooms are listed by their activity to the second: in a busy one its index is not written with every batch. */
const ACTIVITY_MS = 1_000;

interface RoomState {
	isPrivate: number;
	head: number;
	lastAt: number;
}

interface Row {
	room: string;
	text: string;
	seq: number;
	sentAt: number;
	deletes: number | null;
}

/** The transaction that stores a batch. */
export function createAppend(database: DatabaseSync): Calls['append'] {
	const prepare = statementsOf(database);
	const findRoom = prepare<[string], RoomState>(
		'SELECT is_private AS isPrivate, head, last_at AS lastAt FROM rooms WHERE room = ?'
	);
	const findMember = prepare<[string, string], { readSeq: number }>(
		'SELECT read_seq AS readSeq FROM members WHERE user_id = ? AND room = ?'
	);
	const insert = prepare<[string, number, string, string, string, string, number]>(
		`INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	);
	const findMessage = prepare<[string, string], Row>(
		`SELECT room, text, seq, sent_at AS sentAt, deletes FROM messages WHERE author_id = ? AND id = ?`
	);
	const updateHead = prepare<[number, string]>('UPDATE rooms SET head = ? WHERE room = ?');
	const updateActivity = prepare<[number, string]>('UPDATE rooms SET last_at = ? WHERE room = ?');
	const updateCursor = prepare<[number, string, string]>(
		'UPDATE members SET read_seq = ? WHERE user_id = ? AND room = ?'
	);

	return (messages, cursors) =>
		transact(database, 'IMMEDIATE', () => {
			const roomOf = remember((room: string) => findRoom.first(room));
			const membersOf = remember((room: string) =>
				remember((userId: string) => findMember.first(userId, room) !== undefined)
			);
			const touched = new Map<string, RoomState>();
			const active = new Map<string, RoomState>();

			function appendOne(message: NewMessage): Appended {
				const { room, id, author, text, sentAt } = message;
				const state = roomOf(room);
				if (!state) return { ok: false, code: 'not_found' };
				if (!membersOf(room)(author.id)) {
					// What was stored while one was a member is stored, whoever one is now.
					const row = findMessage.first(author.id, id);
					if (row?.room === room) return existing(message, row);
					return { ok: false, code: state.isPrivate ? 'not_found' : 'forbidden' };
				}
				const seq = state.head + 1;
				if (insert.run(room, seq, id, author.id, author.name, text, sentAt) === 0) {
					return existing(message, findMessage.first(author.id, id));
				}
				state.head = seq;
				const activeAt = sentAt - (sentAt % ACTIVITY_MS);
				if (activeAt > state.lastAt) {
					state.lastAt = activeAt;
					active.set(room, state);
				}
				touched.set(room, state);
				return { ok: true, isNew: true, seq, sentAt };
			}

			function moveCursor({ room, userId, seq }: ReadCursor): number | undefined {
				const member = findMember.first(userId, room);
				if (!member) return undefined;
				const moved = Math.min(seq, roomOf(room)?.head ?? 0);
				if (moved <= member.readSeq) return member.readSeq;
				updateCursor.run(moved, userId, room);
				return moved;
			}

			const appended = messages.map(appendOne);
			for (const [room, { head }] of touched) updateHead.run(head, room);
			for (const [room, { lastAt }] of active) updateActivity.run(lastAt, room);
			return { messages: appended, cursors: cursors.map(moveCursor) };
		});
}

/** What to say of a message whose place, or whose id, is taken. */
function existing({ room, text }: NewMessage, row: Row | undefined): Appended {
	if (!row) throw new Error(`the head of ${room} is behind its messages`);
	// A message has a text, so an empty one that deletes nothing was taken back, and nobody knows what it said.
	const isTakenBack = row.text === '' && row.deletes === null;
	const isSame = row.room === room && row.deletes === null && (row.text === text || isTakenBack);
	return isSame ? { ok: true, isNew: false, seq: row.seq, sentAt: row.sentAt } : { ok: false, code: 'id_reused' };
}

/** Calls a function once for each key. */
function remember<Value>(look: (key: string) => Value): (key: string) => Value {
	const known = new Map<string, { value: Value }>();
	return (key) => {
		const entry = known.get(key) ?? { value: look(key) };
		known.set(key, entry);
		return entry.value;
	};
}
