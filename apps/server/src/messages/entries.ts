import { ENTRY_KINDS, kindOf, type EntryKind, type KindOfRequest } from '@digda/protocol';
import type * as v from 'valibot';
import { admitDeliveries } from '../socket/admit-deliveries.ts';
import { isSubscribed } from '../socket/channels.ts';
import type { Chat, ChatHandler, ChatSocket } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { NewEntry } from '../store/store.ts';

/** The parts of a payload that every kind has. */
interface Payload {
	room: string;
	id: string;
}

/**
 * Adds entries of a kind to the logs of rooms. Nothing is awaited before the commit, so the entries of a sender keep their
 * order. The commit decides whether an entry may be.
 */
export function addEntry(chat: Chat, kind: EntryKind): ChatHandler<keyof KindOfRequest> {
	const { commits, storage, limits, log } = chat;
	const { request, payload } = ENTRY_KINDS[kind];

	async function add(socket: ChatSocket, entry: NewEntry) {
		const { room, id, author, isOperator } = entry;
		const text = 'text' in entry ? entry.text : '';
		const isMember = isSubscribed(socket, room);
		if (isMember) admitDeliveries(chat, socket, kindOf(request), [room], Buffer.byteLength(text));
		// Before it is done: an answer of the store may be lost.
		if (isOperator && entry.kind === 'delete') {
			log.warn({ operator: author.id, room, target: entry.target }, 'The operator deletes a message');
		}
		const { seq, sentAt } = await storage.store(
			request,
			socket.data,
			() => commits.send(entry, limits.isOn ? socket.data.address : undefined),
			{
				stored: { room, name: author.name, text },
				// Somebody who is no member stores nothing there, and learns nothing of it.
				room: isMember ? room : undefined,
				isNew: (place) => place.isNew
			}
		);
		return { room, id, seq, sentAt };
	}

	return handler(payload as v.GenericSchema<unknown, Payload>, ({ room, id, ...content }, socket: ChatSocket) => {
		const { user, isOperator = false } = socket.data;
		const fields = { kind, room, id, author: { ...user }, isOperator, sentAt: Date.now() };
		// The schema of the kind has made the content.
		return add(socket, { ...fields, ...content } as NewEntry);
	});
}
