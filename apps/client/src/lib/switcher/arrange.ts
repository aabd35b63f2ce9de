import { rank } from '@digda/protocol/rank';

/** A room, a person or a command of the switcher. */
export interface SwitcherEntry {
	/** Identifies the entry on this and later visits. */
	id: string;
	label: string;
	/** A short text beside the label. */
	hint?: string | undefined;
	kind: 'room' | 'person' | 'command';
	/** Opens or does it. The switcher then closes, or shows the text that was returned or resolved. */
	run: () => unknown;
}

/**
 * Finds the entries for a query, the best first. Of equally good ones the last used come first.
 * @param recent the ids of the last used entries, the last one first
 */
export function arrange(entries: readonly SwitcherEntry[], query: string, recent: readonly string[]): SwitcherEntry[] {
	return entries
		.flatMap((entry) => {
			const place = rank(query, entry.label);
			if (place === undefined) return [];
			const use = recent.indexOf(entry.id);
			return [{ entry, place, use: use === -1 ? recent.length : use }];
		})
		.sort((one, other) => one.place - other.place || one.use - other.use)
		.map(({ entry }) => entry);
}
