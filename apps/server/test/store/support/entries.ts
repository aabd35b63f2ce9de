import type { EntryContent, EntryKind, Target } from '@digda/protocol';
import { CONTENTS } from '@digda/testkit/entries.ts';
import type { NewEntry, NewEntryOf, Store } from '../../../src/store/store.ts';

/** What a test says of an entry besides its kind, its author, its id and its content. */
type More = Partial<Pick<NewEntry, 'room' | 'author' | 'isOperator' | 'sentAt'>>;

/** An entry of a person who is called as their id is, in the lobby unless a test says otherwise. */
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

/** The content with this number of a kind. */
export function contentOf<Kind extends EntryKind>(kind: Kind, target: Target, number: number): EntryContent<Kind> {
	const [first, ...others] = CONTENTS[kind](target);
	return [first, ...others][number % (others.length + 1)] ?? first;
}

/** The name of a message. */
export function target(author: string, id: string): Target {
	return { author, id };
}

/** A message, whose text is its id unless a test says otherwise. */
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
