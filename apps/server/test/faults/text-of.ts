import type { StoredEntry } from '@digda/sync';

/** The text of an entry of an outbox; empty where its kind has none. */
export function textOf({ content }: StoredEntry): string {
	return 'text' in content ? content.text : '';
}
