import { randomUUID } from 'node:crypto';
import { DeleteMessage, MarkRead, ReadHistory, SendMessage } from '@digda/protocol';
import { notMember, Refusal } from '../refusal.ts';
import type { Range } from '../store/store.ts';
import { isSubscribed, userChannel } from './channels.ts';
import { admitDeliveries } from './admit-deliveries.ts';
import { actorOf, type Chat, type ChatHandlers } from './chat-types.ts';
import { handler } from './events.ts';

const DELETE_REFUSALS = {
	not_found: 'there is no such message',
	forbidden: 'only its author and the owner of its room take a message back',
	invalid: 'this entry says that a message was deleted'
};

/** Sending, taking back, reading back, and how far one has read. */
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
					commits.send({ room, id, author, text, sentAt: Date.now() }, limits.isOn ? socket.data.address : undefined),
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
			const { data } = socket;
			if (isSubscribed(socket, room)) admitDeliveries(chat, socket, 'ask', [room]);
			const entry = { id: randomUUID(), sentAt: Date.now() };
			// Before it is done: an answer of the store may be lost.
			if (data.isOperator) log.warn({ operator: data.user.id, room, seq }, 'The operator deletes a message');
			const outcome = await commits.change(room, () => store.deleteMessage(actorOf(data), room, seq, entry));
			if (typeof outcome === 'string') throw new Refusal(outcome, DELETE_REFUSALS[outcome]);
			return outcome;
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
