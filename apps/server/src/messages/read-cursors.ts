import { MarkRead, type ReadCursor } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import { isSubscribed, userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { Membership } from '../store/store.ts';

/** The cursor of a person who has read nothing. */
export const UNREAD: ReadCursor = { readSeq: 0, readSaid: 0 };

/** Moves the read cursor of a member. */
export function markRead(chat: Chat): ChatHandler<'read:mark'> {
	const { commits, nodes } = chat;
	return handler(MarkRead, async ({ room, seq }, socket) => {
		if (!isSubscribed(socket, room)) throw notMember(room);
		const userId = socket.data.user.id;
		const cursor = await readCursor(chat, room, await commits.mark({ room, userId, seq }));
		socket.local.to(userChannel(userId)).emit('read:changed', { room, ...cursor });
		nodes.send('user:change', { userId, read: room });
		return cursor;
	});
}

/** The read cursors of a person at the heads of their rooms, including those that are not stored yet. */
export async function cursorsOf(
	{ store, commits }: Pick<Chat, 'store' | 'commits'>,
	userId: string,
	memberships: readonly Membership[]
): Promise<ReadCursor[]> {
	const cursors = memberships.map(({ room, head, said, readSeq }) => ({
		...{ room, head, said },
		seq: Math.max(readSeq, Math.min(commits.markOf(userId, room), head))
	}));
	// Most rooms are read up to the head.
	const behind = cursors.filter(({ seq, head }) => seq < head);
	const found = behind.length > 0 ? await store.saidAt(behind) : [];
	const saidAt = new Map(behind.map(({ room }, index) => [room, found[index] ?? 0]));
	return cursors.map(({ room, seq, said }) => ({ readSeq: seq, readSaid: saidAt.get(room) ?? said }));
}

/** Completes the read cursor at a `seq` of a room. */
export async function readCursor(
	{ store, followers }: Pick<Chat, 'store' | 'followers'>,
	room: string,
	readSeq: number
): Promise<ReadCursor> {
	const head = followers.delivered(room);
	if (head?.head === readSeq) return { readSeq, readSaid: head.said };
	// The receiving clients count deletions that are delivered later.
	const [readSaid = 0] = await store.saidAt([{ room, seq: readSeq, ...head }]);
	return { readSeq, readSaid };
}
