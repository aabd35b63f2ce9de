import { fold, type ChangeEntry, type Message, type User } from '@digda/protocol';
import { isSameTarget } from './entry-content.ts';
import { isMessage, targetOf, type OutboxEntry } from './OutboxEntry.ts';

/** Applies the waiting changes of the user to the messages of a timeline, as if they were in the log. */
export function withWaiting(
	messages: readonly Message[],
	entries: readonly OutboxEntry[],
	reader: User | undefined
): readonly Message[] {
	const changes = entries.filter((entry) => entry.state !== 'failed' && !isMessage(entry));
	if (!reader || changes.length === 0) return messages;
	return messages.map((message) =>
		changes.reduce((now, entry, index) => {
			const changed = targetOf(entry);
			if (!isSameTarget(targetOf(now), changed)) return now;
			// A waiting change follows all entries of the log.
			const seq = Number.MAX_SAFE_INTEGER - changes.length + index;
			const fields = { seq, id: entry.id, author: reader, sentAt: entry.typedAt, said: now.said };
			const target = { ...changed, seq: now.seq };
			return fold(now, { ...fields, ...entry.content, target } as ChangeEntry, reader.id);
		}, message)
	);
}
