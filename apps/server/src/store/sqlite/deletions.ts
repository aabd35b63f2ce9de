import type { DatabaseSync } from 'node:sqlite';
import { MAX_LISTED_GONE } from '../gone.ts';
import type { Calls } from './calls.ts';
import { emptyingOf } from './empty-texts.ts';
import { entryChecksum } from './entry-checksum.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** What is asked of a message and its room by one who wants to take it back. */
interface Found {
	isPrivate: number;
	ownerId: string | null;
	head: number;
	isMember: number;
	/** Of the message; null where there is none. */
	authorId: string | null;
	deletes: number | null;
	/** Where the entry is that takes it back. */
	takenBackAt: number | null;
}

/** Taking back, and what is left of it. */
export function createDeletions(database: DatabaseSync): Pick<Calls, 'deleteMessage' | 'goneIn'> {
	const prepare = statementsOf(database);
	const find = prepare<[string, number, string], Found>(
		`SELECT is_private AS isPrivate, owner_id AS ownerId, head, user_id IS NOT NULL AS isMember,
			messages.author_id AS authorId, messages.deletes, deletions.seq AS takenBackAt
		FROM rooms
			LEFT JOIN members ON members.room = rooms.room AND user_id = ?3
			LEFT JOIN messages ON messages.room = rooms.room AND messages.seq = ?2
			LEFT JOIN messages AS deletions ON deletions.room = rooms.room AND deletions.deletes = ?2
		WHERE rooms.room = ?1 AND closed_at IS NULL`
	);
	const empty = emptyingOf(database);
	const insert = prepare<[string, number, string, string, string, number, number, number]>(
		`INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, deletes, checksum)
		VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)`
	);
	const updateHead = prepare<[number, string]>('UPDATE rooms SET head = ? WHERE room = ?');
	const findGone = prepare<[string, number, number], { seq: number; deletes: number }>(
		`SELECT seq, deletes FROM messages INDEXED BY deletions_by_place
		WHERE room = ? AND seq > ? AND deletes IS NOT NULL ORDER BY seq DESC LIMIT ?`
	);

	return {
		deleteMessage: ({ user, isOperator }, room, seq, { id, sentAt }) =>
			transact(database, 'IMMEDIATE', () => {
				const found = find.first(room, seq, user.id);
				if (!found) return 'not_found';
				if (!found.isMember && !isOperator) return found.isPrivate ? 'not_found' : 'forbidden';
				if (found.authorId === null) return 'not_found';
				if (found.deletes !== null) return 'invalid';
				if (!isOperator && ![found.authorId, found.ownerId].includes(user.id)) return 'forbidden';
				if (found.takenBackAt !== null) return { seq: found.takenBackAt };
				const place = found.head + 1;
				empty(room, seq, seq);
				const entry = { seq: place, id, authorId: user.id, authorName: user.name, text: '', sentAt, deletes: seq };
				insert.run(room, place, id, user.id, user.name, sentAt, seq, entryChecksum(room, entry));
				updateHead.run(place, room);
				return { seq: place };
			}),

		goneIn: (places) =>
			transact(database, 'DEFERRED', () =>
				places.map(({ room, after }) =>
					findGone
						.all(room, after, MAX_LISTED_GONE)
						.flatMap(({ seq, deletes }) => [seq, deletes])
						.filter((seq) => seq > after)
				)
			)
	};
}
