import {
	lastEntryIn,
	type ChangeEntry,
	type Entry,
	type Message,
	type MessageEntry,
	type Reaction
} from '@digda/protocol';
import type { SharedRow } from './schema.ts';
import type { NewEntry } from './store.ts';

/** A message as both engines have it. */
export type MessageRow = SharedRow<'messages'>;

/** An entry that changes a message, as both engines have it. */
export type ChangeRow = SharedRow<'changes'>;

/** An entry at its place in the log. @param place with the `seq` of the message where the entry changes one */
export function entryAt(
	entry: NewEntry,
	{ seq, said, target = 0 }: { seq: number; said: number; target?: number }
): Entry {
	const { room, isOperator, ...fields } = entry;
	if (fields.kind === 'message') return { ...fields, seq, said };
	return { ...fields, seq, said, target: { ...fields.target, seq: target } };
}

/** A message as a reader sees it. @param own the emojis with which the reader reacts to it */
export function toMessage(row: MessageRow, own: readonly string[] = []): Message {
	const { seq, id, sentAt, said, text, changed, editedAt } = row;
	const message: Message = { seq, id, author: authorOf(row), sentAt, said, text };
	if (changed !== seq) message.changed = changed;
	if (row.reactions !== '') message.reactions = fromColumn(row.reactions, own);
	if (editedAt !== null) message.editedAt = editedAt;
	if (text === '') message.isDeleted = true;
	return message;
}

/** Brings a row to a state of its message. */
export function updateRow(row: MessageRow, message: Message): void {
	const { text, editedAt, isDeleted, reactions } = message;
	if (isDeleted) row.original = null;
	else if (text !== row.text) row.original ??= row.text;
	const changed = lastEntryIn(message);
	Object.assign(row, { text, changed, editedAt: editedAt ?? null, reactions: reactions ? toColumn(reactions) : '' });
}

/** The entry that made a message. */
export function toMessageEntry(row: MessageRow): MessageEntry {
	const { seq, id, sentAt, said, text, original } = row;
	return { kind: 'message', seq, id, author: authorOf(row), sentAt, said, text: original ?? text };
}

/** The entry of a row. */
export function toChangeEntry(row: ChangeRow): ChangeEntry {
	const { seq, id, sentAt, said, text, isSet } = row;
	const fields = { seq, id, author: authorOf(row), sentAt, said, target: targetOf(row) };
	// The table holds no other kinds.
	switch (row.kind as ChangeEntry['kind']) {
		case 'edit':
			return { kind: 'edit', ...fields, text };
		case 'delete':
			return { kind: 'delete', ...fields };
		case 'reaction':
			return { kind: 'reaction', ...fields, emoji: text, isSet };
	}
}

/** The row of an entry in a room. */
export function fromChange(room: string, entry: ChangeEntry): ChangeRow {
	const { seq, id, author, sentAt, said, kind, target } = entry;
	return {
		...{ room, seq, id, authorId: author.id, authorName: author.name, kind, sentAt, said },
		...{ target: target.seq, targetAuthor: target.author, targetId: target.id },
		text: kind === 'edit' ? entry.text : kind === 'reaction' ? entry.emoji : '',
		isSet: kind === 'reaction' && entry.isSet
	};
}

function authorOf({ authorId, authorName }: { authorId: string; authorName: string }) {
	return { id: authorId, name: authorName };
}

function targetOf({ target, targetAuthor, targetId }: ChangeRow) {
	return { author: targetAuthor, id: targetId, seq: target };
}

function fromColumn(column: string, own: readonly string[]): Reaction[] {
	// `toColumn` wrote it.
	const reactions = JSON.parse(column) as Reaction[];
	return reactions.map((each) => (own.includes(each.emoji) ? { ...each, isMine: true } : each));
}

function toColumn(reactions: readonly Reaction[]): string {
	return JSON.stringify(reactions.map(({ emoji, count, people }) => ({ emoji, count, people })));
}
