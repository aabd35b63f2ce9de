import type { DatabaseSync } from 'node:sqlite';
import type { Appended, NewMessage, ReadCursor } from '../store.ts';
import type { Calls } from './calls.ts';
import { entryChecksum } from './entry-checksum.ts';
import { statementsOf } from './query.ts';
import { DamagedContent } from './sqlite-error.ts';
import { transact } from './transaction.ts';

/** Rooms are listed by their activity to the second: in a busy one its index is not written with every batch. */
const ACTIVITY_MS = 1_000;

/** A room and the membership of one user in it. */
interface Found {
	isPrivate: number;
	head: number;
	lastAt: number;
	/** Null for one who is no member. */
	readSeq: number | null;
}

/** A room while a batch is stored. */
interface RoomState {
	isPrivate: boolean;
	head: number;
	lastAt: number;
	hasNewHead: boolean;
	isActive: boolean;
	/** Those of whom is known whether they are members. */
	authors: Map<string, boolean>;
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
	const find = prepare<[string, string], Found>(
		`SELECT is_private AS isPrivate, head, last_at AS lastAt, read_seq AS readSeq
		FROM rooms LEFT JOIN members ON members.room = rooms.room AND user_id = ?
		WHERE rooms.room = ?`
	);
	const insert = prepare<[string, number, string, string, string, string, number, number]>(
		`INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, checksum)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
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
			const rooms = new Map<string, RoomState>();

			/** A room of which is known whether the author is a member. */
			function lookUp(room: string, authorId: string): RoomState | undefined {
				const known = rooms.get(room);
				if (known?.authors.has(authorId)) return known;
				const found = find.first(authorId, room);
				if (!found) return undefined;
				const state = known ?? begin(found);
				state.authors.set(authorId, found.readSeq !== null);
				rooms.set(room, state);
				return state;
			}

			function appendOne(message: NewMessage): Appended {
				const { room, id, author, text, sentAt } = message;
				const state = lookUp(room, author.id);
				if (!state) return { ok: false, code: 'not_found' };
				if (!state.authors.get(author.id)) {
					// What was stored while one was a member is stored, whoever one is now.
					const row = findMessage.first(author.id, id);
					if (row?.room === room) return existing(message, row);
					return { ok: false, code: state.isPrivate ? 'not_found' : 'forbidden' };
				}
				const seq = state.head + 1;
				const entry = { seq, id, authorId: author.id, authorName: author.name, text, sentAt, deletes: null };
				const checksum = entryChecksum(room, entry);
				if (insert.run(room, seq, id, author.id, author.name, text, sentAt, checksum) === 0) {
					return existing(message, findMessage.first(author.id, id));
				}
				state.head = seq;
				state.hasNewHead = true;
				const activeAt = sentAt - (sentAt % ACTIVITY_MS);
				if (activeAt > state.lastAt) {
					state.lastAt = activeAt;
					state.isActive = true;
				}
				return { ok: true, isNew: true, seq, sentAt };
			}

			function moveCursor({ room, userId, seq }: ReadCursor): number | null {
				const found = find.first(userId, room);
				if (typeof found?.readSeq !== 'number') return null;
				const moved = Math.min(seq, found.head);
				if (moved <= found.readSeq) return found.readSeq;
				updateCursor.run(moved, userId, room);
				return moved;
			}

			const appended = messages.map(appendOne);
			for (const [room, { head, hasNewHead, lastAt, isActive }] of rooms) {
				if (hasNewHead) updateHead.run(head, room);
				if (isActive) updateActivity.run(lastAt, room);
			}
			return { messages: appended, cursors: cursors.map(moveCursor) };
		});
}

function begin({ isPrivate, head, lastAt }: Found): RoomState {
	return { isPrivate: isPrivate === 1, head, lastAt, hasNewHead: false, isActive: false, authors: new Map() };
}

/** What to say of a message whose place, or whose id, is taken. */
function existing({ room, text }: NewMessage, row: Row | undefined): Appended {
	if (!row) throw new DamagedContent(`the head of ${room} is behind its messages`);
	// A message has a text, so an empty one that deletes nothing was taken back, and nobody knows what it said.
	const isTakenBack = row.text === '' && row.deletes === null;
	const isSame = row.room === room && row.deletes === null && (row.text === text || isTakenBack);
	return isSame ? { ok: true, isNew: false, seq: row.seq, sentAt: row.sentAt } : { ok: false, code: 'id_reused' };
}
