import type { User } from '@digda/protocol';
import { createContext } from 'svelte';

/** The marks of names in a room: names that look like the name of another person, and names that were changed later. */
export class NameMarks {
	/** The module with its large table of letters, loaded when the room is usable. */
	#marks = $state.raw<typeof import('#lib/person/name-marks.ts')>();
	readonly #people: () => readonly User[];
	readonly #find = $derived.by(() => this.#marks?.compareNames(this.#people()));

	/**
	 * Must be created during the initialization of a component.
	 * @param people returns a user for each displayed name; the last name of a person is the latest
	 * @param isUsable returns whether the room is usable
	 */
	constructor(people: () => readonly User[], isUsable: () => boolean) {
		this.#people = people;
		$effect(() => {
			if (isUsable()) this.#load();
		});
	}

	#load(): void {
		import('#lib/person/name-marks.ts')
			.then((marks) => (this.#marks = marks))
			// The next connection loads the module.
			.catch(() => undefined);
	}

	/** Returns the mark of a name, and the component that shows it. */
	of(user: User) {
		const mark = this.#find?.(user);
		return mark && this.#marks && { ...mark, Name: this.#marks.MarkedName };
	}

	/** Returns the name of a person for a sentence, with a note if it looks like another name. */
	nameOf(user: User): string {
		if (!this.#marks || !this.#find?.(user)?.isAlike) return user.name;
		return this.#marks.describeLookAlike(user.name);
	}
}

export const [getNameMarks, setNameMarks] = createContext<NameMarks>();
