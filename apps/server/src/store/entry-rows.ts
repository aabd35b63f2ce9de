import {
	ENTRY_KINDS,
	forAll,
	forReader,
	type ChangeEntry,
	type Entry,
	type KindDefinition,
	type Message,
	type MessageEntry
} from '@digda/protocol';
import type { SharedRow } from './schema.ts';
import type { NewEntry } from './store.ts';

/** The row of a message, without columns of one engine only. */
export type MessageRow = SharedRow<'messages'>;

/** The row of an entry that changes a message, without columns of one engine only. */
export type ChangeRow = SharedRow<'changes'>;

/**
 * Completes an entry with its position in the log. @param position `target` is the `seq` of the message that the entry
 * changes
 */
export function entryAt(
	entry: NewEntry,
	{ seq, said, target = 0, isHidden }: { seq: number; said: number; target?: number; isHidden?: true }
): Entry {
	const { room, isOperator, ...fields } = entry;
	const at = { seq, said, ...(isHidden && { isHidden }) };
	if (fields.kind === 'message') return { ...fields, ...at };
	return { ...fields, ...at, target: { ...fields.target, seq: target } };
}

/** Converts a row into a message for a reader. @param marks the marks that the reader has set on it */
export function toMessage(row: MessageRow, marks: readonly string[] = []): Message {
	const { seq, id, sentAt, said, text, changed, editedAt, folded } = row;
	const message: Message = { seq, id, author: authorOf(row), sentAt, said, text };
	if (changed !== seq) message.changed = changed;
	if (editedAt !== null) message.editedAt = editedAt;
	if (text === '') message.isDeleted = true;
	if (folded === '') return message;
	// `updateRow` wrote this JSON.
	return forReader({ ...message, ...(JSON.parse(folded) as Partial<Message>) }, marks);
}

/** Converts a row into a message for a person, who may be one who must not see it. */
export function messageFor(userId: string, row: MessageRow, marks: readonly string[]): Message {
	const { seq, id, authorId, sentAt, said, hidden } = row;
	if (hidden === 0 || authorId === userId) return toMessage(row, marks);
	return { seq, id, author: authorOf(row), sentAt, said, text: '', isHidden: true };
}

/** An entry for a person, who may be one who must not see it. Only the author of a hidden message sees its changes. */
export function entryFor(userId: string, entry: Entry): Entry {
	const { isHidden, ...shown } = entry;
	if (!isHidden) return entry;
	const owner = 'target' in entry ? entry.target.author : entry.author.id;
	if (owner === userId) return shown;
	const { kind, seq, id, author, sentAt, said } = entry;
	const { erased }: KindDefinition = ENTRY_KINDS[kind];
	const content = 'target' in entry ? { target: entry.target, ...erased } : { text: '' };
	// The content belongs to the kind.
	return { kind, seq, id, author, sentAt, said, isHidden, ...content } as Entry;
}

/** Updates a row to a new state of its message. */
export function updateRow(row: MessageRow, message: Message): void {
	const { seq, id, author, sentAt, said, text, changed = seq, editedAt = null, isDeleted, ...folded } = forAll(message);
	if (isDeleted) row.original = null;
	else if (text !== row.text) row.original ??= row.text;
	Object.assign(row, { text, changed, editedAt, folded: toJson(folded) });
}

/** The entry that made a message. */
export function toMessageEntry(row: MessageRow): MessageEntry {
	const { seq, id, sentAt, said, text, original } = row;
	return { kind: 'message', seq, id, author: authorOf(row), sentAt, said, ...flagOf(row), text: original ?? text };
}

/** The entry of a change row. */
export function toChangeEntry(row: ChangeRow): ChangeEntry {
	const { seq, id, sentAt, said, content } = row;
	// The table contains only kinds and content that `fromChange` wrote.
	const kind = row.kind as ChangeEntry['kind'];
	const { erased }: KindDefinition = ENTRY_KINDS[kind];
	const fields = { kind, seq, id, author: authorOf(row), sentAt, said, ...flagOf(row), target: targetOf(row) };
	return { ...fields, ...(content === '' ? erased : (JSON.parse(content) as object)) } as ChangeEntry;
}

/** The row of an entry that changes a message. */
export function fromChange(room: string, entry: ChangeEntry): ChangeRow {
	const { seq, id, author, sentAt, said, isHidden, kind, target } = entry;
	return {
		...{ room, seq, id, authorId: author.id, authorName: author.name, kind, sentAt, said },
		hidden: Number(isHidden ?? false),
		...{ target: target.seq, targetAuthor: target.author, targetId: target.id, content: contentOf(entry) }
	};
}

/** The content of an entry as stored JSON: its fields without the target, in the order of its kind. */
export function contentOf(entry: Pick<ChangeEntry, 'kind'>): string {
	const fields = Object.keys(ENTRY_KINDS[entry.kind].content).filter((field) => field !== 'target');
	const given = entry as Readonly<Record<string, unknown>>;
	return toJson(Object.fromEntries(fields.map((field) => [field, given[field]])));
}

/** JSON of an object; an empty text for an empty object. */
function toJson(fields: object): string {
	return Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
}

function authorOf({ authorId, authorName }: { authorId: string; authorName: string }) {
	return { id: authorId, name: authorName };
}

function flagOf({ hidden }: { hidden: number }): { isHidden?: true } {
	return hidden === 1 ? { isHidden: true } : {};
}

function targetOf({ target, targetAuthor, targetId }: ChangeRow) {
	return { author: targetAuthor, id: targetId, seq: target };
}
