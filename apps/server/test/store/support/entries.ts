import type { EntryContent, EntryKind, Target } from '@digda/protocol';
import { CONTENTS } from '@digda/testkit/entries.ts';
import type { NewEntry, NewEntryOf, Store } from '../../../src/store/store.ts';

/** Optional fields of an entry besides its kind, author, id and content. */
type More = Partial<Pick<NewEntry, 'room' | 'author' | 'isOperator' | 'sentAt'>>;

/** An entry of a person whose name is their id, by default in the lobby. */
export function entryOf<Kind extends EntryKind>(
	kind: Kind,
	author: string,
	id: string,
	content: EntryContent<Kind>,
	more: More = {}
): NewEntryOf<Kind> {
	const fields = { room: 'lobby', author: { id: author, name: author }, isOperator: false, sentAt: 1_000 };
	return { kind, id, ...fields, ...content, ...more };
}

/** The content of a kind with this number. */
export function contentOf<Kind extends EntryKind>(kind: Kind, target: Target, number: number): EntryContent<Kind> {
	const [first, ...others] = CONTENTS[kind](target);
	return [first, ...others][number % (others.length + 1)] ?? first;
}

/** The target of a change. */
export function target(author: string, id: string): Target {
	return { author, id };
}

/** A message, by default with its id as its text. */
export function message(
	author: string,
	id: string,
	{ text = id, ...more }: Partial<NewEntryOf<'message'>> = {}
): NewEntryOf<'message'> {
	return { ...entryOf('message', author, id, { text }), ...more };
}

export function edit(author: string, id: string, of: Target, text: string, more: More = {}): NewEntryOf<'edit'> {
	return entryOf('edit', author, id, { target: of, text }, more);
}

export function deletion(author: string, id: string, of: Target, more: More = {}): NewEntryOf<'delete'> {
	return entryOf('delete', author, id, { target: of }, more);
}

export function reaction(
	author: string,
	id: string,
	of: Target,
	emoji: string,
	{ isSet = true, ...more }: More & { isSet?: boolean } = {}
): NewEntryOf<'reaction'> {
	return entryOf('reaction', author, id, { target: of, emoji, isSet }, more);
}

/** Stores this many messages of Ada in the lobby. */
export async function fill(store: Store, count: number, text?: string): Promise<void> {
	await store.join('ada', 'lobby', 1);
	const messages = Array.from({ length: count }, (_, index) => message('ada', `m${index + 1}`));
	await store.append(
		messages.map((each) => ({ ...each, text: text ?? each.text })),
		[]
	);
}
