type Kind = 'localStorage' | 'sessionStorage';

/** What a browser keeps for this page under a key; nothing where it blocks site data, which throws at every touch. */
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

/** Keeps something under a key, or with nothing forgets it; where site data is blocked it does neither. */
export function writeItem(key: string, value: string | undefined, kind: Kind = 'localStorage'): void {
	try {
		if (value === undefined) globalThis[kind].removeItem(key);
		else globalThis[kind].setItem(key, value);
	} catch {
		// It holds until the page is closed.
	}
}

/** All that is kept under keys with a prefix, by the rest of the key. */
export function itemsWith(prefix: string, kind: Kind = 'localStorage'): [key: string, value: string][] {
	try {
		const keys = Object.keys(globalThis[kind]).filter((key) => key.startsWith(prefix));
		return keys.map((key) => [key.slice(prefix.length), globalThis[kind].getItem(key) ?? '']);
	} catch {
		return [];
	}
}
