import type { Identity, IdentityStorage } from '@digda/sync';
import * as v from 'valibot';
import { readItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:session';

const StoredIdentity = v.pipe(
	v.string(),
	v.parseJson(),
	v.object({
		token: v.string(),
		next: v.optional(v.string()),
		user: v.object({ id: v.string(), name: v.string() })
	})
);

/** The identity in a browser that blocks site data. It is lost when the page is closed. */
let inMemory: Identity | undefined;

/** The identity of this browser, in its local storage. */
export const browserIdentity: IdentityStorage = {
	read() {
		const stored = v.safeParse(StoredIdentity, readItem(STORAGE_KEY));
		return stored.success ? stored.output : inMemory;
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
