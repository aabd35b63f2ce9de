import { compose } from '@digda/protocol';

/**
 * Parts a text at the mentions in it: the pieces are in turn plain and a mention such as `@Ada`, beginning and ending
 * with a plain one. Composed, whatever the text was; case does not matter; of two names the longer one counts.
 */
export function mentionsIn(text: string, names: readonly string[]): string[] {
	// Most texts mention nobody.
	if (!text.includes('@') || names.length === 0) return [text];
	return compose(text).split(mentionOf(names));
}

/** The last expression and the names in it: one is dear to make, and the pieces of a text are read with the same names. */
let last: { names: string; mention: RegExp } | undefined;

function mentionOf(names: readonly string[]): RegExp {
	const key = names.join('\n');
	if (last?.names === key) return last.mention;
	const longestFirst = names.toSorted((one, other) => other.length - one.length);
	// Not the @ of an address of mail or of the web.
	const mention = new RegExp(`((?<![\\p{LC}\\d/])@(?:${longestFirst.map(patternOf).join('|')}))`, 'iu');
	last = { names: key, mention };
	return mention;
}

/** Whether a text mentions somebody by this name. */
export function isMentioned(text: string, name: string): boolean {
	return mentionsIn(text, [name]).length > 1;
}

/**
 * A name ends where no Latin letter, other letter with case or digit goes on, also behind an underscore, or a dot, a dash or
 * an @ as in an address (`@ada.lovelace`). Other letters may follow: whether 수달은 is a name or an otter and its particle,
 * nothing tells.
 */
function patternOf(name: string): string {
	const pattern = compose(name).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return `${pattern}(?!(?:_*|[.@-])[\\p{LC}\\p{N}])`;
}
