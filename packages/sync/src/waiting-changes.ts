import { fold, type ChangeEntry, type Message, type User } from '@digda/protocol';
import { isMessage, targetOf, type OutboxEntry } from './OutboxEntry.ts';

/** The messages of a timeline as they will be once the waiting changes of their reader are in the log. */
export function withWaiting(
	messages: readonly Message[],
	entries: readonly OutboxEntry[],
	reader: User | undefined
): readonly Message[] {
	const changes = entries.filter((entry) => entry.state !== 'failed' && !isMessage(entry));
	if (!reader || changes.length === 0) return messages;
	return messages.map((message) =>
		changes.reduce((now, entry, index) => {
			const { author, id } = targetOf(entry);
			if (now.author.id !== author || now.id !== id) return now;
			// It comes after everything that is in the log.
			const seq = Number.MAX_SAFE_INTEGER - changes.length + index;
			const fields = { seq, id: entry.id, author: reader, sentAt: entry.typedAt, said: now.said };
			const target = { author, id, seq: now.seq };
			return fold(now, { ...fields, ...entry.content, target } as ChangeEntry, reader.id);
		}, message)
	);
}
