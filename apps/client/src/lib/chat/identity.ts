import * as v from 'valibot';
import { readItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:session';

/** Who this browser is: the token of its session, and the user as the server last named them. */
const Identity = v.object({
	token: v.string(),
	/** A token that may have taken the place of the other: it was asked for, and the answer has not come. */
	next: v.optional(v.string()),
	user: v.object({ id: v.string(), name: v.string() })
});
export type Identity = v.InferOutput<typeof Identity>;

const StoredIdentity = v.pipe(v.string(), v.parseJson(), Identity);

/** What a browser that blocks site data remembers, until the page is closed. */
let inMemory: Identity | undefined;

/** The identity of this browser, that another tab may just have changed. */
export function readIdentity(): Identity | undefined {
	const stored = v.safeParse(StoredIdentity, readItem(STORAGE_KEY));
	return stored.success ? stored.output : inMemory;
}

/** Remembers an identity, or with nothing forgets it. */
export function writeIdentity(identity: Identity | undefined): void {
	inMemory = identity;
	writeItem(STORAGE_KEY, identity && JSON.stringify(identity));
}

/** A token of a session: 256 random bits in base64url. */
export function createToken(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	const letters = btoa(String.fromCharCode(...bytes));
	return letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
