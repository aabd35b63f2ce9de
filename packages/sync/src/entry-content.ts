import type { EntryContent, EntryKind, Target } from '@digda/protocol';

/** The content of an entry that a user creates, with its kind. */
export type Content = { [Kind in EntryKind]: { kind: Kind } & EntryContent<Kind> }[EntryKind];

/** The content of an entry that changes a message. */
export type Change = Extract<Content, { target: Target }>;

export function isSameTarget(a: Target, b: Target): boolean {
	return a.author === b.author && a.id === b.id;
}
