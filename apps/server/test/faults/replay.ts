import { fold, messageOf, type ChangeEntry, type Entry, type Message } from '@digda/protocol';

/** Folds the messages of a room from its log. @param reader the person whose reactions are marked */
export function replay(entries: readonly Entry[], reader: string | undefined): Message[] {
	const changes = changesOf(entries);
	return entries.flatMap((entry) => {
		if (entry.kind !== 'message') return [];
		const own = changes.get(entry.seq) ?? [];
		return own.reduce((message, change) => fold(message, change, reader), messageOf(entry));
	});
}

/** The changes of each message, by its `seq`. */
export function changesOf(entries: readonly Entry[]): Map<number, ChangeEntry[]> {
	const changes = new Map<number, ChangeEntry[]>();
	for (const entry of entries) {
		if (entry.kind === 'message') continue;
		const own = changes.get(entry.target.seq) ?? [];
		own.push(entry);
		changes.set(entry.target.seq, own);
	}
	return changes;
}
