import { randomUUID } from 'node:crypto';
import { DeleteMessage, MarkRead, ReadHistory, SendMessage } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import type { Range } from '../store/store.ts';
import { isSubscribed, userChannel } from './channels.ts';
import { admitDeliveries } from './admit-deliveries.ts';
import type { Chat, ChatHandlers } from './chat-types.ts';
import { handler } from './events.ts';

/** Sending, deleting, reading back, and how far one has read. */
export function handleMessages(
	chat: Chat
): ChatHandlers<'message:send' | 'message:delete' | 'history:read' | 'read:mark'> {
	const { store, storage, commits, peers, log, limits } = chat;
	return {
		'message:send': handler(SendMessage, async ({ room, id, text }, socket) => {
			if (isSubscribed(socket, room)) admitDeliveries(chat, socket, 'send', [room], Buffer.byteLength(text));
			// The commit checks the membership. Nothing is awaited before it, so a sender's messages keep their order.
			const author = { ...socket.data.user };
			const { seq, sentAt } = await storage.store(
				'message:send',
				socket.data,
				() =>
					commits.send(
						{ kind: 'message', room, id, author, text, sentAt: Date.now() },
						limits.isOn ? socket.data.address : undefined
					),
				{
					stored: { room, name: author.name, text },
					// One who is no member stores nothing there, and learns nothing of it.
					room: isSubscribed(socket, room) ? room : undefined,
					isNew: (place) => place.isNew
				}
			);
			return { room, id, seq, sentAt };
		}),

		'message:delete': handler(DeleteMessage, async ({ room, seq }, socket) => {
			const { user, isOperator = false, address } = socket.data;
			if (isSubscribed(socket, room)) admitDeliveries(chat, socket, 'ask', [room]);
			// Before it is done: an answer of the store may be lost.
			if (isOperator) log.warn({ operator: user.id, room, seq }, 'The operator deletes a message');
			const entry = { id: randomUUID(), author: { ...user }, sentAt: Date.now() };
			const place = await commits.send(
				{ kind: 'delete', room, ...entry, isOperator, target: seq },
				limits.isOn ? address : undefined
			);
			return { seq: place.seq };
		}),

		'history:read': handler(ReadHistory, async ({ room, before, after, around, limit }, { data }) => {
			// A subscription may outlive its membership until this node knows of the end; the store is asked.
			const page = await store.readAs(data.user.id, room, toRange(before, after, around), limit);
			if (!page) throw notMember(room);
			return { epoch: store.epoch, ...page };
		}),

		'read:mark': handler(MarkRead, async ({ room, seq }, socket) => {
			if (!isSubscribed(socket, room)) throw notMember(room);
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
