import type { ReadCursor } from '@digda/protocol';
import type { Membership } from '../store/store.ts';
import type { Chat } from './chat-types.ts';

/** The cursor of somebody who has read nothing. */
export const UNREAD: ReadCursor = { readSeq: 0, readSaid: 0 };

/** The read cursors of somebody in rooms of theirs at their heads, those that are not written yet included. */
export async function cursorsOf(
	{ store, commits }: Pick<Chat, 'store' | 'commits'>,
	userId: string,
	memberships: readonly Membership[]
): Promise<ReadCursor[]> {
	const places = memberships.map(({ room, head, said, readSeq }) => ({
		...{ room, head, said },
		seq: Math.max(readSeq, Math.min(commits.markOf(userId, room), head))
	}));
	// Most rooms are read up to the head.
	const behind = places.filter(({ seq, head }) => seq < head);
	const found = behind.length > 0 ? await store.saidAt(behind) : [];
	const saidAt = new Map(behind.map(({ room }, index) => [room, found[index] ?? 0]));
	return places.map(({ room, seq, said }) => ({ readSeq: seq, readSaid: saidAt.get(room) ?? said }));
}

/** The read cursor of somebody who has read a room so far. */
export async function readCursor(
	{ store, followers }: Pick<Chat, 'store' | 'followers'>,
	room: string,
	readSeq: number
): Promise<ReadCursor> {
	const head = followers.delivered(room);
	if (head?.head === readSeq) return { readSeq, readSaid: head.said };
	// Deletions that are delivered later are counted by those to whom they are delivered.
	const [readSaid = 0] = await store.saidAt([{ room, seq: readSeq, ...head }]);
	return { readSeq, readSaid };
}
