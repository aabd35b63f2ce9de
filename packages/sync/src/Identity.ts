import type { User } from '@digda/protocol';

/** The identity of a browser: the token of its session, and its user with the name that the server last sent. */
export interface Identity {
	token: string;
	/** The token of a rotation without a reply: the server may have accepted it. */
	next?: string | undefined;
	user: User;
}

/** The storage of the identity, shared by the tabs of a browser. */
export interface IdentityStorage {
	/** Returns the identity that a tab last wrote. */
	read(): Identity | undefined;
	/** Writes an identity; undefined removes it. */
	write(identity: Identity | undefined): void;
	/** Calls back when another tab has written. @returns the function that unsubscribes */
	subscribe(listener: () => void): () => void;
}
