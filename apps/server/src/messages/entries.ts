import { ENTRY_KINDS, kindOf, type EntryKind, type KindOfRequest } from '@digda/protocol';
import type * as v from 'valibot';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { isSubscribed } from '../socket/channels.ts';
import type { Chat, ChatHandler, ChatSocket } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { NewEntry } from '../store/store.ts';

/** The common fields of all payloads. */
interface Payload {
	room: string;
	id: string;
}

/**
 * Adds entries of a kind to the logs of rooms. The handler awaits nothing before the commit, so the entries of a sender
 * keep their order. The commit decides whether an entry is allowed.
 */
export function addEntry(chat: Chat, kind: EntryKind): ChatHandler<keyof KindOfRequest> {
	const { commits, storage, limits, log } = chat;
	const { request, payload } = ENTRY_KINDS[kind];

	async function add(socket: ChatSocket, entry: NewEntry) {
		const { room, id, author, isOperator } = entry;
		const text = 'text' in entry ? entry.text : '';
		const mentions = ('mentions' in entry && entry.mentions) || [];
		const isMember = isSubscribed(socket, room);
		if (isMember)
			admitDeliveries(chat, socket, kindOf(request), [room], Buffer.byteLength(text + JSON.stringify(mentions)));
		// Logged first, because the store's answer may be lost.
		if (isOperator && entry.kind === 'delete') {
			log.warn({ operator: author.id, room, target: entry.target }, 'The operator deletes a message');
		}
		const { seq, sentAt } = await storage.store(
			request,
			socket.data,
			() => commits.send(entry, limits.isOn ? socket.data.address : undefined),
			{
				stored: { room, name: author.name, text, mentions },
				// A non-member stores nothing in the room, and must not learn about its quota.
				room: isMember ? room : undefined,
				isNew: (stored) => stored.isNew
			}
		);
		return { room, id, seq, sentAt };
	}

	return handler(payload as v.GenericSchema<unknown, Payload>, ({ room, id, ...content }, socket: ChatSocket) => {
		const { user, isOperator = false } = socket.data;
		const fields = { kind, room, id, author: { ...user }, isOperator, sentAt: Date.now() };
		// The schema of the kind has validated the content.
		return add(socket, { ...fields, ...content } as NewEntry);
	});
}
