type Kind = 'localStorage' | 'sessionStorage';

/** Reads an item of the storage; null without one, or when the browser blocks site data, so that each access throws. */
export function readItem(key: string, kind: Kind = 'localStorage'): string | null {
	try {
		return globalThis[kind].getItem(key);
	} catch {
		return null;
	}
}

/** The JSON value that is kept under a key; undefined where there is none. */
export function parseItem(key: string): unknown {
	try {
		return JSON.parse(readItem(key) ?? 'null') ?? undefined;
	} catch {
		return undefined;
	}
}

/** Writes an item of the storage; undefined removes it. It does nothing when the browser blocks site data. */
export function writeItem(key: string, value: string | undefined, kind: Kind = 'localStorage'): void {
	try {
		if (value === undefined) globalThis[kind].removeItem(key);
		else globalThis[kind].setItem(key, value);
	} catch {
		// Without site data, the state lasts until the page is closed.
	}
}

/** Reads all items whose keys have a prefix. The returned keys have no prefix. */
export function itemsWith(prefix: string, kind: Kind = 'localStorage'): [key: string, value: string][] {
	try {
		const keys = Object.keys(globalThis[kind]).filter((key) => key.startsWith(prefix));
		return keys.map((key) => [key.slice(prefix.length), globalThis[kind].getItem(key) ?? '']);
	} catch {
		return [];
	}
}
