import { MarkRead, ReadHistory } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import type { Range } from '../store/store.ts';
import { isSubscribed, userChannel } from './channels.ts';
import type { Chat, ChatHandlers } from './chat-types.ts';
import { handler } from './events.ts';
import { readCursor } from './read-cursors.ts';

/** Reading back, and how far a member has read. */
export function handleHistory(chat: Chat): ChatHandlers<'history:read' | 'read:mark'> {
	const { store, commits, peers } = chat;
	return {
		'history:read': handler(ReadHistory, async ({ room, before, after, around, limit }, { data }) => {
			// A subscription may outlive its membership until this node knows of the end; the store is asked.
			const page = await store.readPage(data.user.id, room, toRange(before, after, around), limit);
			if (!page) throw notMember(room);
			return { epoch: store.epoch, ...page };
		}),

		'read:mark': handler(MarkRead, async ({ room, seq }, socket) => {
			if (!isSubscribed(socket, room)) throw notMember(room);
			const userId = socket.data.user.id;
			const cursor = await readCursor(chat, room, await commits.mark({ room, userId, seq }));
			socket.local.to(userChannel(userId)).emit('read:changed', { room, ...cursor });
			peers.tell('user:change', { userId, read: room });
			return cursor;
		})
	};
}

function toRange(before?: number, after?: number, around?: number): Range {
	if (before !== undefined) return { before };
	return after === undefined ? { around: around ?? 0 } : { after };
}
