import { MAX_MENTIONS, type Mention } from '@digda/protocol';
import { mentionsIn } from '@digda/sync';

/** A mention that was chosen from the list. */
export interface ChosenMention extends Mention {
	/** The index of its @ in the text. */
	at: number;
}

/**
 * Finds the people that a text mentions, in the order of the text. A name that was typed out counts where only one person
 * has it. The n-th mention of a name stands for its n-th occurrence; one mention stands for all of them.
 * @param people the people of the room
 * @param chosen the mentions that were chosen from the list
 */
export function mentionsOf(text: string, people: readonly Mention[], chosen: readonly ChosenMention[]): Mention[] {
	const found: Mention[] = [];
	let at = 0;
	for (const [index, part] of mentionsIn(text, namesOf([...chosen, ...people])).entries()) {
		if (index % 2 === 1) {
			const name = part.slice(1);
			const id = chosen.find((mention) => mention.at === at)?.id ?? onlyBearer(name, people);
			if (id !== undefined) found.push({ id, name });
		}
		at += part.length;
	}
	return found.filter((mention, index) => !isRepeated(mention, found, index)).slice(0, MAX_MENTIONS);
}

const namesOf = (people: readonly Mention[]) => [...new Set(people.map(({ name }) => name))];

function onlyBearer(name: string, people: readonly Mention[]): string | undefined {
	const bearers = new Set(people.filter((each) => isSameName(each.name, name)).map(({ id }) => id));
	return bearers.size === 1 ? bearers.values().next().value : undefined;
}

const isSameName = (one: string, other: string) =>
	one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();

/** Whether an earlier mention of the name stands for all of its occurrences. */
function isRepeated({ id, name }: Mention, found: readonly Mention[], index: number): boolean {
	const all = found.filter((each) => each.name === name);
	return all.every((each) => each.id === id) && found.findIndex((each) => each.name === name) < index;
}
