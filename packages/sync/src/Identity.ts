import type { User } from '@digda/protocol';

/** The identity of a browser: the token of its session, and the user as the server last named them. */
export interface Identity {
	token: string;
	/** A token that was to replace the other one; whether the server took it is not known yet. */
	next?: string | undefined;
	user: User;
}

/** The storage of the identity, shared by the tabs of a browser. */
export interface IdentityStorage {
	/** The identity as any tab last wrote it. */
	read(): Identity | undefined;
	/** Writes an identity; undefined removes it. */
	write(identity: Identity | undefined): void;
	/** Calls back when another tab has written. @returns the function that unsubscribes */
	subscribe(listener: () => void): () => void;
}
