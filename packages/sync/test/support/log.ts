import { messageOf, type Entry, type Message, type MessageEntry, type Page } from '@digda/protocol';
import { idAt, RoomLog } from './RoomLog.ts';

/** Creates a log of `length` messages. */
export function logOf(length: number): MessageEntry[] {
	return Array.from({ length }, (_, index) => ({
		kind: 'message',
		seq: index + 1,
		id: idAt(index + 1),
		author: { id: 'somebody', name: 'Somebody' },
		text: `text ${index + 1}`,
		sentAt: index,
		said: index + 1
	}));
}

/** Returns the messages of a log without changes. */
export function messagesOf(log: readonly MessageEntry[]): Message[] {
	return log.map(messageOf);
}

/** Returns the page `(after, to]` of a log for the user `me`. */
export function pageOf(entries: readonly Entry[], after: number, to: number, epoch = 'first'): Page {
	const log = new RoomLog({ id: 'me', name: 'Me' });
	log.entries = [...entries];
	const messages = log.messages().filter(({ seq }) => seq > after && seq <= to);
	return { epoch, ...log.head, from: after + 1, to, toId: entries[to - 1]?.id ?? '', messages };
}
