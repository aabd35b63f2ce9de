import { MarkRead, ReadHistory, SendMessage } from '@digda/protocol';
import { Refusal } from '../refusal.ts';
import type { Range } from '../store/store.ts';
import { isSubscribed, userChannel } from './channels.ts';
import type { Chat, ChatHandlers, ChatSocket } from './chat-types.ts';
import { handler } from './events.ts';

/** Sending, reading back, and how far one has read. */
export function handleMessages({
	store,
	commits,
	peers
}: Chat): ChatHandlers<'message:send' | 'history:read' | 'read:mark'> {
	return {
		'message:send': handler(SendMessage, async ({ room, id, text }, socket) => {
			// The commit checks the membership. Nothing is awaited before it, so a sender's messages keep their order.
			const author = { ...socket.data.user };
			const place = await commits.send({ room, id, author, text, sentAt: Date.now() });
			return { room, id, ...place };
		}),

		'history:read': handler(ReadHistory, async ({ room, before, after, around, limit }, socket) => {
			mustBeIn(socket, room);
			const page = await store.read(room, toRange(before, after, around), limit);
			return { epoch: store.epoch, ...page };
		}),

		'read:mark': handler(MarkRead, async ({ room, seq }, socket) => {
			mustBeIn(socket, room);
			const userId = socket.data.user.id;
			const readSeq = await commits.mark({ room, userId, seq });
			socket.local.to(userChannel(userId)).emit('read:changed', { room, readSeq });
			peers.tell('user:change', { userId, read: room });
			return { readSeq };
		})
	};
}

function toRange(before?: number, after?: number, around?: number): Range {
	if (before !== undefined) return { before };
	return after === undefined ? { around: around ?? 0 } : { after };
}

function mustBeIn(socket: ChatSocket, room: string): void {
	if (!isSubscribed(socket, room)) throw new Refusal('forbidden', 'join the room before');
}
