import { ENTRY_KINDS, type EntryContent, type EntryKind, type Target } from '@digda/protocol';

/** The content of an entry that a user creates, with its kind. */
export type Content = { [Kind in EntryKind]: { kind: Kind } & EntryContent<Kind> }[EntryKind];

/** The content of an entry that changes a message. */
export type Change = Exclude<Content, { kind: 'message' }>;

/** Returns the name of the request that sends an entry of a kind. */
export function requestOf<Kind extends EntryKind>(kind: Kind): (typeof ENTRY_KINDS)[Kind]['request'] {
	return ENTRY_KINDS[kind].request;
}

export function isSameTarget(a: Target, b: Target): boolean {
	return a.author === b.author && a.id === b.id;
}
