import { ENTRY_KINDS, kindOf, type EntryKind, type KindOfRequest } from '@digda/protocol';
import type * as v from 'valibot';
import type { NewEntry } from '../store/store.ts';
import { admitDeliveries } from './admit-deliveries.ts';
import { isSubscribed } from './channels.ts';
import type { Chat, ChatHandlers, ChatSocket } from './chat-types.ts';
import { handler } from './events.ts';

type EntryRequest = keyof KindOfRequest;

interface Payload {
	room: string;
	id: string;
}

/** Adding entries of all kinds to the logs of rooms. */
export function handleEntries(chat: Chat): ChatHandlers<EntryRequest> {
	const handlers = Object.entries(ENTRY_KINDS).map(([kind, { request, payload }]) => [
		request,
		// Each payload has a room, an id and the content of its kind.
		handler(payload as v.GenericSchema<unknown, Payload>, ({ room, id, ...content }, socket: ChatSocket) => {
			const { user, isOperator = false } = socket.data;
			const fields = { room, id, author: { ...user }, isOperator, sentAt: Date.now() };
			return add(chat, socket, request, { kind: kind as EntryKind, ...fields, ...content } as NewEntry);
		})
	]);
	return Object.fromEntries(handlers) as ChatHandlers<EntryRequest>;
}

/** Adds an entry. It waits for nothing before the commit, so the entries of a sender keep their order. The commit decides whether it may. */
async function add(chat: Chat, socket: ChatSocket, request: EntryRequest, entry: NewEntry) {
	const { commits, storage, limits, log } = chat;
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
