import { rank } from '@digda/protocol/rank';
import { compareNames } from '#lib/person/name-marks.ts';
import type { Mention } from '@digda/protocol';
import type { Token } from './token.ts';

/** A suggestion of the list. */
export interface Suggestion {
	key: string;
	label: string;
	/** The text that replaces the token. */
	text: string;
	/** An emoji in front of the label. */
	emoji?: string;
	/** The person of a name, and whether the name looks like that of another person. */
	mention?: Mention & { isAlike: boolean };
}

/** Suggestions, and whether Enter and Tab take the first one. */
export interface Suggestions {
	list: Suggestion[];
	isEager: boolean;
}

/** The most suggestions in the list. More letters find the others. */
const MAX_SUGGESTIONS = 8;

/** Finds what a token may stand for, the best first. It loads the emoji when it needs them. */
export async function suggest(token: Token, people: readonly Mention[]): Promise<Suggestions> {
	if (token.sign === '@') return suggestPeople(token.query, people);
	const { findEmoji } = await import('#lib/emoji/find-emoji.ts');
	const found = await findEmoji(token.query);
	const list = found
		.slice(0, MAX_SUGGESTIONS)
		.map(({ emoji, name }) => ({ key: emoji, label: name, text: emoji, emoji }));
	return { list, isEager: token.isEager };
}

/** Finds people by a part of the name, also a half-typed one. */
export function suggestPeople(query: string, people: readonly Mention[]): Suggestions {
	const marks = compareNames(people);
	const found = people
		.flatMap((person) => {
			const place = rank(query, person.name);
			return place === undefined ? [] : [{ person, place }];
		})
		.sort((one, other) => one.place - other.place);
	const list = found.slice(0, MAX_SUGGESTIONS).map(({ person: { id, name } }) => ({
		key: id,
		label: name,
		text: `@${name}`,
		mention: { id, name, isAlike: marks({ id, name })?.isAlike === true }
	}));
	// The only person with a name that is typed out needs no choice, and Enter sends.
	const isTypedOut = found.filter(({ person }) => person.name.toLowerCase() === query.toLowerCase()).length === 1;
	return { list, isEager: !isTypedOut };
}
