import type { User } from '../chat.ts';
import { foldDeletion, type DeleteEntry } from './delete.ts';
import { foldEdit, type EditEntry } from './edit.ts';
import { lastEntryIn, type Message } from './message.ts';
import { foldQuote, lastEntryInQuote } from './quote.ts';
import { foldReaction, withOwn, withoutOwn, type ReactionEntry } from './reaction.ts';

/** An entry that changes a message. */
export type ChangeEntry = EditEntry | DeleteEntry | ReactionEntry;

type Fold<Of extends ChangeEntry> = (message: Message, entry: Of, reader?: User['id']) => Message;

const FOLDS: { [Kind in ChangeEntry['kind']]: Fold<Extract<ChangeEntry, { kind: Kind }>> } = {
	edit: foldEdit,
	delete: foldDeletion,
	reaction: foldReaction
};

/**
 * Applies an entry to the message that it changes, or to the quote of that message in a reply. The server and the clients share this function, so both reach the
 * same state.
 * @param reader the person whose reactions get `isMine`
 * @returns the same object when the entry is already applied or changes nothing; a deleted or hidden message never changes
 */
export function fold(message: Message, entry: ChangeEntry, reader?: User['id']): Message {
	if (entry.target.seq !== message.seq) return foldQuote(message, entry);
	if (entry.seq <= lastEntryIn(message) || message.isDeleted || message.isHidden) return message;
	const apply = FOLDS[entry.kind] as Fold<ChangeEntry>;
	const after = apply(message, entry, reader);
	return after === message ? message : { ...after, changed: entry.seq };
}

/** Whether an entry changes a message or its quote. */
export function isChangedBy({ seq, quote }: Message, { target }: ChangeEntry): boolean {
	return target.seq === seq || target.seq === quote?.seq;
}

/** Whether more entries are folded into one state of a message than into another. */
export function isNewer(message: Message, than: Message): boolean {
	return lastEntryIn(message) > lastEntryIn(than) || lastEntryInQuote(message) > lastEntryInQuote(than);
}

/** Adds what one reader sees to a message. @param marks the marks that the reader has set on it */
export function forReader(message: Message, marks: readonly string[]): Message {
	return withOwn(message, marks);
}

/** Removes what only one reader sees from a message. */
export function forAll(message: Message): Message {
	return withoutOwn(message);
}
