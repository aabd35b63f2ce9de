import type { User } from '../chat.ts';
import { foldDeletion, type DeleteEntry } from './delete.ts';
import { foldEdit, type EditEntry } from './edit.ts';
import { lastEntryIn, type Message } from './message.ts';
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
 * Applies an entry to the message that it changes. The server and the clients share this function, so both reach the
 * same state.
 * @param reader the person whose reactions get `isMine`
 * @returns the same object when the entry is already applied or changes nothing; a deleted or hidden message never changes
 */
export function fold(message: Message, entry: ChangeEntry, reader?: User['id']): Message {
	if (entry.seq <= lastEntryIn(message) || message.isDeleted || message.isHidden) return message;
	const apply = FOLDS[entry.kind] as Fold<ChangeEntry>;
	const after = apply(message, entry, reader);
	return after === message ? message : { ...after, changed: entry.seq };
}

/** Adds what one reader sees to a message. @param marks the marks that the reader has set on it */
export function forReader(message: Message, marks: readonly string[]): Message {
	return withOwn(message, marks);
}

/** Removes what only one reader sees from a message. */
export function forAll(message: Message): Message {
	return withoutOwn(message);
}
