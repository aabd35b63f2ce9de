import {
	excerptOf,
	fold,
	isRow,
	messageOf,
	type ChangeEntry,
	type Entry,
	type Message,
	type Quote
} from '@digda/protocol';

/**
 * Folds the messages of a room from its log. The quotes are made of the folded messages.
 * @param reader the person whose reactions are marked
 */
export function replay(entries: readonly Entry[], reader: string | undefined): Message[] {
	const changes = changesOf(entries);
	const messages = entries.flatMap((entry) => {
		if (!isRow(entry)) return [];
		const own = changes.get(entry.seq) ?? [];
		return own.reduce((message, change) => fold(message, change, reader), messageOf(entry));
	});
	const sources = new Map(messages.map((message) => [message.seq, message]));
	return messages.map((message) => {
		const source = message.quote && sources.get(message.quote.seq);
		return source ? { ...message, quote: quoteIn(source, changes.get(source.seq) ?? []) } : message;
	});
}

/** The quote of a message with these changes. */
function quoteIn({ seq, id, author, text, isDeleted }: Message, changes: readonly ChangeEntry[]): Quote {
	const last = changes.findLast(({ kind }) => kind === 'edit' || kind === 'delete');
	return {
		...{ seq, id, author, text: excerptOf(text), ...(last && { changed: last.seq }) },
		...(isDeleted && { isDeleted })
	};
}

/** The changes of each message, by its `seq`. */
export function changesOf(entries: readonly Entry[]): Map<number, ChangeEntry[]> {
	const changes = new Map<number, ChangeEntry[]>();
	for (const entry of entries) {
		if (isRow(entry)) continue;
		const own = changes.get(entry.target.seq) ?? [];
		own.push(entry);
		changes.set(entry.target.seq, own);
	}
	return changes;
}
