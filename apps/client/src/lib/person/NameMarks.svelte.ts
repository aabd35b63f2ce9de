import type { User } from '@digda/protocol';
import { createContext } from 'svelte';

/** What a reader is told about the names in a room: which look like that of somebody else, and who was called otherwise later. */
export class NameMarks {
	/** Its table of letters is large, and comes when the room can be used. */
	#marks = $state.raw<typeof import('#lib/person/name-marks.ts')>();
	readonly #people: () => readonly User[];
	readonly #find = $derived.by(() => this.#marks?.compareNames(this.#people()));

	/**
	 * To be made while a component is.
	 * @param people under each name that is shown of them; the last one of a person is the latest
	 * @param isUsable whether the room can be used
	 */
	constructor(people: () => readonly User[], isUsable: () => boolean) {
		this.#people = people;
		$effect(() => {
			// Without a connection the next one brings another try.
			if (isUsable())
				void import('#lib/person/name-marks.ts').then((marks) => (this.#marks = marks)).catch(() => undefined);
		});
	}

	/** What is to be told about a name, with the component that shows it. */
	of(user: User) {
		const mark = this.#find?.(user);
		return mark && this.#marks && { ...mark, Name: this.#marks.MarkedName };
	}

	/** The name of a person in a sentence, which says so if it looks like another one. */
	nameOf(user: User): string {
		return (this.#find?.(user)?.isAlike ? this.#marks?.describeLookAlike(user.name) : undefined) ?? user.name;
	}
}

export const [getNameMarks, setNameMarks] = createContext<NameMarks>();
