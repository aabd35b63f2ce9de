import type { User } from '@digda/protocol';
import { createContext } from 'svelte';

/** The people of a room whose names look like that of another member who is online: a reader takes one for the other. */
export class LookAlikes {
	/** Its table of letters is large, and comes when the room can be used. */
	#names = $state.raw<typeof import('#lib/rare/look-alikes.ts')>();
	readonly #online: () => readonly User[];
	readonly #isOne = $derived.by(() => this.#names?.compareNames(this.#online()));

	/**
	 * To be made while a component is.
	 * @param online some of the members who are online
	 * @param isUsable whether the room can be used
	 */
	constructor(online: () => readonly User[], isUsable: () => boolean) {
		this.#online = online;
		$effect(() => {
			// Without a connection the next one brings another try.
			if (isUsable())
				void import('#lib/rare/look-alikes.ts').then((names) => (this.#names = names)).catch(() => undefined);
		});
	}

	/** The component that marks the name of a person, if it looks like another one. */
	markOf(user: User) {
		return this.#isOne?.(user) ? this.#names?.LookAlikeMark : undefined;
	}

	/** The name of a person in a sentence, which says so if it looks like another one. */
	nameOf(user: User): string {
		return (this.#isOne?.(user) ? this.#names?.describeLookAlike(user.name) : undefined) ?? user.name;
	}
}

export const [getLookAlikes, setLookAlikes] = createContext<LookAlikes>();
