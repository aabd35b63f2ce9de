import { parseItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:switcher';

/** The most used entries that are remembered. */
const MAX_RECENT = 8;

/** The ids of the last used entries of the switcher, the last one first. */
export function readRecent(): string[] {
	const ids = parseItem(STORAGE_KEY);
	return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/** Remembers that an entry was used. */
export function rememberUse(id: string): void {
	const ids = [id, ...readRecent().filter((other) => other !== id)].slice(0, MAX_RECENT);
	writeItem(STORAGE_KEY, JSON.stringify(ids));
}
