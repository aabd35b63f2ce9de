import type { Identity, IdentityStorage } from '@digda/sync';
import { parseItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:session';

/** The identity in a browser that blocks site data. It is lost when the page is closed. */
let inMemory: Identity | undefined;

/** The identity of this browser, in its local storage. */
export const browserIdentity: IdentityStorage = {
	read() {
		const stored = parseItem(STORAGE_KEY);
		return isIdentity(stored) ? stored : inMemory;
	},
	write(identity) {
		inMemory = identity;
		writeItem(STORAGE_KEY, identity && JSON.stringify(identity));
	},
	subscribe(listener) {
		const ending = new AbortController();
		addEventListener('storage', listener, { signal: ending.signal });
		return () => ending.abort();
	}
};

/** Another version of the page may have stored another form, and a person anything. */
function isIdentity(value: unknown): value is Identity {
	const { token, next, user } = (value ?? {}) as Partial<Record<keyof Identity, unknown>>;
	const { id, name } = (user ?? {}) as Record<string, unknown>;
	const isNext = next === undefined || typeof next === 'string';
	return typeof token === 'string' && isNext && typeof id === 'string' && typeof name === 'string';
}
