import { fold, type ChangeEntry, type Message, type Quote, type Target, type User } from '@digda/protocol';
import { isSameTarget } from './entry-content.ts';
import { targetOf, type OutboxEntry } from './OutboxEntry.ts';

/** Applies the waiting changes of the user to the messages of a timeline and to their quotes, as if they were in the log. */
export function withWaiting(
	messages: readonly Message[],
	entries: readonly OutboxEntry[],
	reader: User | undefined
): readonly Message[] {
	const changes = entries.filter((entry) => entry.state !== 'failed' && 'target' in entry.content);
	if (!reader || changes.length === 0) return messages;
	return messages.map((message) =>
		changes.reduce((now, entry, index) => {
			const changed = targetOf(entry);
			const target = [now, now.quote].find((each) => each && isSameTarget(namedOf(each), changed));
			if (!target) return now;
			// A waiting change follows all entries of the log.
			const seq = Number.MAX_SAFE_INTEGER - changes.length + index;
			const fields = { seq, id: entry.id, author: reader, sentAt: entry.typedAt, said: now.said };
			const change = { ...fields, ...entry.content, target: { ...changed, seq: target.seq } };
			return fold(now, change as ChangeEntry, reader.id);
		}, message)
	);
}

function namedOf({ author, id }: Message | Quote): Target {
	return { author: author.id, id };
}
