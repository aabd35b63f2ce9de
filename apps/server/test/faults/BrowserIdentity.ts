import type { User } from '@digda/protocol';
import type { Identity, IdentityStorage } from '@digda/sync';

/** A token and its user, as far as they are known. */
export interface KnownIdentity {
	token?: string | undefined;
	user?: User | undefined;
}

/** The identity that the pages of a browser share; it outlives them. */
export class BrowserIdentity {
	#identity: Identity | undefined;
	readonly #listeners = new Map<IdentityStorage, () => void>();

	/** @param known the identity of another browser, to make this one more of the same person's */
	constructor({ token, user }: KnownIdentity = {}) {
		if (token !== undefined && user) this.#identity = { token, user };
	}

	get known(): KnownIdentity {
		return { token: this.#identity?.token, user: this.#identity?.user };
	}

	/** Removes the identity, as a browser does that clears its site data. */
	clear(): void {
		this.#identity = undefined;
	}

	/** The storage as one page has it. Its own writes are no news to it. */
	openTab(): IdentityStorage {
		const tab: IdentityStorage = {
			read: () => structuredClone(this.#identity),
			write: (identity) => {
				this.#identity = structuredClone(identity);
				for (const [other, listener] of this.#listeners) if (other !== tab) setImmediate(listener);
			},
			subscribe: (listener) => {
				this.#listeners.set(tab, listener);
				return () => this.#listeners.delete(tab);
			}
		};
		return tab;
	}
}
