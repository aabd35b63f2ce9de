import {
	ENTRY_KINDS,
	excerptOf,
	forAll,
	forReader,
	type ChangeEntry,
	type Entry,
	type KindDefinition,
	type Mention,
	type Message,
	type MessageEntry,
	type Quote,
	type RowEntry
} from '@digda/protocol';
import type { SharedRow } from './schema.ts';
import type { NewEntry, Stored } from './store.ts';

/** The row of a message, without columns of one engine only. */
export type MessageRow = SharedRow<'messages'>;

/** The row of an entry that changes a message, without columns of one engine only. */
export type ChangeRow = SharedRow<'changes'>;

/**
 * Completes an entry with its position in the log. @param position `target` is the `seq` of the message that the entry
 * changes, and `quote` quotes the message that it replies to; `isHidden` is set where only its author sees that message
 */
export function entryAt(
	entry: NewEntry,
	{ seq, said, target = 0, quote, isHidden }: Pick<Stored, 'seq' | 'said' | 'target' | 'quote' | 'isHidden'>
): Entry {
	const { room, isOperator, ...fields } = entry;
	const at = { seq, said, ...(isHidden && { isHidden }) };
	if (fields.kind === 'topic') return { ...fields, ...at };
	if (fields.kind === 'message') {
		const { replyTo, ...message } = fields;
		return { ...message, ...at, ...(quote && { quote }) };
	}
	return { ...fields, ...at, target: { ...fields.target, seq: target } };
}

/** Whether a row has lost its text. A topic may be empty by intent. */
export function isEmptied({ text, original }: Pick<MessageRow, 'text' | 'original'>): boolean {
	return text === '' && original !== '';
}

/** The columns of a message that its quotes are made of. The text may be cut after `QUOTED_CODE_POINTS`. */
export type SourceRow = Pick<MessageRow, 'seq' | 'id' | 'authorId' | 'authorName' | 'text' | 'textSeq' | 'hidden'>;

/** Quotes the row of a message, with its text also where it is hidden: see `quoteFor`. */
export function toQuote(row: SourceRow): Quote {
	const { seq, id, text, textSeq } = row;
	return {
		...{ seq, id, author: authorOf(row), text: excerptOf(text) },
		...(textSeq !== seq && { changed: textSeq }),
		...(text === '' && { isDeleted: true }),
		...flagOf(row)
	};
}

/** A quote for a person, who may be one who must not see its source: to them it is like that of a deleted message. */
function quoteFor(userId: string, { isHidden, ...quote }: Quote): Quote {
	if (!isHidden || quote.author.id === userId) return quote;
	const { seq, id, author } = quote;
	return { seq, id, author, text: '', isDeleted: true, isHidden };
}

/**
 * Converts a row into a message for a reader.
 * @param marks the marks that the reader has set on it
 * @param source the message that it replies to
 */
export function toMessage(row: MessageRow, marks: readonly string[] = [], source?: SourceRow): Message {
	const { seq, id, sentAt, said, text, changed, editedAt, mentions, folded } = row;
	const message: Message = { seq, id, author: authorOf(row), sentAt, said, text };
	if (changed !== seq) message.changed = changed;
	if (editedAt !== null) message.editedAt = editedAt;
	if (isEmptied(row)) message.isDeleted = true;
	if (row.isTopic === 1) message.isTopic = true;
	if (mentions !== '') message.mentions = toMentions(mentions);
	if (source) message.quote = toQuote(source);
	if (folded === '') return message;
	// `updateRow` wrote this JSON.
	return forReader({ ...message, ...(JSON.parse(folded) as Partial<Message>) }, marks);
}

/**
 * Converts a row into a message for a person, who may be one who must not see it or the message that it replies to.
 * @param marks the marks that the person has set on it
 */
export function messageFor(userId: string, row: MessageRow, marks: readonly string[], source?: SourceRow): Message {
	const { seq, id, authorId, sentAt, said, hidden } = row;
	if (hidden === 1 && authorId !== userId) {
		return { seq, id, author: authorOf(row), sentAt, said, text: '', isHidden: true };
	}
	const message = toMessage(row, marks, source);
	return message.quote ? { ...message, quote: quoteFor(userId, message.quote) } : message;
}

/** Whether people see an entry in different forms. */
export function isPartlyHidden(entry: Entry): boolean {
	return entry.isHidden === true || ('quote' in entry && entry.quote.isHidden === true);
}

/**
 * An entry for a person, who may be one who must not see it or the message that it replies to. Only the author of a
 * hidden message sees its changes.
 */
export function entryFor(userId: string, entry: Entry): Entry {
	const { isHidden, ...shown } = entry;
	const owner = 'target' in entry ? entry.target.author : entry.author.id;
	if (!isHidden || owner === userId) {
		return 'quote' in shown ? { ...shown, quote: quoteFor(userId, shown.quote) } : shown;
	}
	const { kind, seq, id, author, sentAt, said } = entry;
	const { erased }: KindDefinition = ENTRY_KINDS[kind];
	const content = 'target' in entry ? { target: entry.target, ...erased } : { text: '' };
	// The content belongs to the kind.
	return { kind, seq, id, author, sentAt, said, isHidden, ...content } as Entry;
}

/** Updates a row to a new state of its message. */
export function updateRow(row: MessageRow, message: Message): void {
	const { seq, id, author, sentAt, said, text, changed = seq, ...more } = forAll(message);
	const { editedAt = null, isDeleted, isTopic, mentions, quote, ...folded } = more;
	const now = { text, mentions: mentionsJson(mentions), changed, editedAt, folded: toJson(folded) };
	const isReworded = text !== row.text || now.mentions !== row.mentions;
	if (isReworded) row.textSeq = changed;
	if (isDeleted) row.original = row.originalMentions = row.replyTo = null;
	else if (isReworded && row.original === null) {
		row.original = row.text;
		row.originalMentions = row.mentions;
	}
	Object.assign(row, now);
}

/** The entry that made a row. @param source the message that it replies to */
export function toRowEntry(row: MessageRow, source?: SourceRow): RowEntry {
	const { seq, id, sentAt, said, text, original } = row;
	const made = { seq, id, author: authorOf(row), sentAt, said, ...flagOf(row) };
	if (row.isTopic === 1) {
		const topic = { kind: 'topic', ...made, text } as const;
		return isEmptied(row) ? { ...topic, isDeleted: true } : topic;
	}
	const entry: MessageEntry = { kind: 'message', ...made, text: original ?? text };
	const mentions = row.originalMentions ?? row.mentions;
	if (mentions !== '') entry.mentions = toMentions(mentions);
	return source ? { ...entry, quote: toQuote(source) } : entry;
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

/** The mentions of a text as stored JSON; empty without any. */
export function mentionsJson(mentions?: readonly Mention[]): string {
	return mentions ? JSON.stringify(mentions) : '';
}

/** The mentions of stored JSON. */
export function toMentions(json: string): Mention[] {
	// `mentionsJson` wrote it.
	return JSON.parse(json) as Mention[];
}

/** JSON of an object; an empty text for an empty object. */
function toJson(fields: object): string {
	return Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
}

function authorOf({ authorId, authorName }: { authorId: string; authorName: string }) {
	return { id: authorId, name: authorName };
}

/** The mark of a row that only the author of its message sees. */
export function flagOf({ hidden }: { hidden: number }): { isHidden?: true } {
	return hidden === 1 ? { isHidden: true } : {};
}

function targetOf({ target, targetAuthor, targetId }: ChangeRow) {
	return { author: targetAuthor, id: targetId, seq: target };
}
