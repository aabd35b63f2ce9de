import { compose } from '@digda/protocol';

/**
 * Splits a text at the mentions in it: its parts are plain and mentions (`@Ada`) in turn, and the first and the last are plain. The
 * parts are composed. Case does not matter; where two names fit, the longer one counts.
 */
export function mentionsIn(text: string, names: readonly string[]): string[] {
	// Most texts mention nobody.
	if (!text.includes('@') || names.length === 0) return [text];
	return compose(text).split(mentionOf(names));
}

/** The last expression and its names: making one is slow, and many texts are read with the same names. */
let last: { names: string; mention: RegExp } | undefined;

function mentionOf(names: readonly string[]): RegExp {
	const key = names.join('\n');
	if (last?.names === key) return last.mention;
	const longestFirst = names.toSorted((one, other) => other.length - one.length);
	// Not the @ of an e-mail or web address.
	const mention = new RegExp(`((?<![\\p{LC}\\d/])@(?:${longestFirst.map(patternOf).join('|')}))`, 'iu');
	last = { names: key, mention };
	return mention;
}

/** Tells whether a text mentions a name. */
export function isMentioned(text: string, name: string): boolean {
	return mentionsIn(text, [name]).length > 1;
}

/**
 * A name ends before a character that is no Latin letter, no other letter with case and no digit, also behind an underscore, and
 * not before a dot, a dash or an @ of an address (`@ada.lovelace`). Other letters may follow: no rule tells whether 수달은 is a
 * name, or an otter and its particle.
 */
function patternOf(name: string): string {
	const pattern = compose(name).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return `${pattern}(?!(?:_*|[.@-])[\\p{LC}\\p{N}])`;
}
