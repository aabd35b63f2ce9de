import { compose, type Mention } from '@digda/protocol';

/**
 * Splits a text at its mentions (`@Ada`). Plain parts and mentions alternate, and the first and last part are plain. The
 * parts are composed. The match ignores case and prefers the longer name.
 */
export function mentionsIn(text: string, names: readonly string[]): string[] {
	// Most texts have no mention.
	if (!text.includes('@') || names.length === 0) return [text];
	return compose(text).split(mentionOf(names));
}

/** The last expression and its names: compiling it is slow, and many texts are read with the same names. */
let last: { names: string; mention: RegExp } | undefined;

function mentionOf(names: readonly string[]): RegExp {
	const key = names.join('\n');
	if (last?.names === key) return last.mention;
	const longestFirst = names.toSorted((a, b) => b.length - a.length);
	// An @ after a letter, a digit or a slash belongs to an e-mail or web address.
	const mention = new RegExp(`((?<![\\p{LC}\\d/])@(?:${longestFirst.map(patternOf).join('|')}))`, 'iu');
	last = { names: key, mention };
	return mention;
}

/** A part of a text. One with a `mention` is an `@` and the name of that person. */
export interface TextPart {
	text: string;
	mention?: Mention;
}

/**
 * Creates a function that splits the consecutive parts of one text at the mentions that its message lists. Occurrences of a
 * name stand for the mentions of that name in order, and further ones for the last of them.
 */
export function mentionReader(mentions: readonly Mention[] = []): (text: string) => TextPart[] {
	const byName = Map.groupBy(mentions, ({ name }) => keyOf(name));
	const names = [...byName.values()].flatMap(([first]) => first?.name ?? []);
	const counts = new Map<string, number>();
	return (text) =>
		mentionsIn(text, names).flatMap((part, order): TextPart[] => {
			if (order % 2 === 0) return part === '' ? [] : [{ text: part }];
			const key = keyOf(part.slice(1));
			const listed = byName.get(key) ?? [];
			const count = counts.get(key) ?? 0;
			counts.set(key, count + 1);
			const mention = listed[count] ?? listed.at(-1);
			return [{ text: part, ...(mention && { mention }) }];
		});
}

function keyOf(name: string): string {
	return compose(name).toLowerCase();
}

/**
 * A letter with case or a digit, also after underscores, a dot, a dash or an @ (`@ada.lovelace`), must not follow a name. Other
 * letters may follow: no rule can separate a Korean name from its particle (수달은).
 */
function patternOf(name: string): string {
	const pattern = compose(name).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return `${pattern}(?!(?:_*|[.@-])[\\p{LC}\\p{N}])`;
}
