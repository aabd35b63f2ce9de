import * as v from 'valibot';

const STORAGE_KEY = 'digda:session';

/** Who this browser is: the token of its session, and the user as the server last named them. */
const Identity = v.object({
	token: v.string(),
	user: v.object({ id: v.string(), name: v.string() })
});
export type Identity = v.InferOutput<typeof Identity>;

/** What a browser that blocks site data remembers, until the page is closed. */
let inMemory: Identity | undefined;

/** The identity of this browser, that another tab may just have changed. */
export function readIdentity(): Identity | undefined {
	try {
		const stored = v.safeParse(Identity, JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null'));
		return stored.success ? stored.output : inMemory;
	} catch {
		return inMemory;
	}
}

/** Remembers an identity, or with nothing forgets it. */
export function writeIdentity(identity: Identity | undefined): void {
	inMemory = identity;
	try {
		if (identity) localStorage.setItem(STORAGE_KEY, JSON.stringify(identity));
		else localStorage.removeItem(STORAGE_KEY);
	} catch {
		// It holds until the page is closed.
	}
}
