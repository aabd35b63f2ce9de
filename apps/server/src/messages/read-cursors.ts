import { MarkRead, type ReadCursor } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import { isSubscribed, userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { Membership } from '../store/store.ts';

/** The cursor of somebody who has read nothing. */
export const UNREAD: ReadCursor = { readSeq: 0, readSaid: 0 };

/** Moves how far a member has read. */
export function markRead(chat: Chat): ChatHandler<'read:mark'> {
	const { commits, peers } = chat;
	return handler(MarkRead, async ({ room, seq }, socket) => {
		if (!isSubscribed(socket, room)) throw notMember(room);
		const userId = socket.data.user.id;
		const cursor = await readCursor(chat, room, await commits.mark({ room, userId, seq }));
		socket.local.to(userChannel(userId)).emit('read:changed', { room, ...cursor });
		peers.tell('user:change', { userId, read: room });
		return cursor;
	});
}

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
