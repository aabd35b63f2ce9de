/**
 * Parts a text at the mentions in it: the pieces are in turn plain and a mention such as `@Ada`, beginning and ending
 * with a plain one. Composed (NFC), whatever the text was; case does not matter; of two names the longer one counts.
 */
export function mentionsIn(text: string, names: readonly string[]): string[] {
	// Most texts mention nobody, and an expression is dear to make.
	if (!text.includes('@') || names.length === 0) return [text];
	const longestFirst = names.toSorted((one, other) => other.length - one.length);
	// Not the @ of an address of mail or of the web.
	const mention = new RegExp(`((?<![\\p{LC}\\d/])@(?:${longestFirst.map(patternOf).join('|')}))`, 'iu');
	return text.normalize('NFC').split(mention);
}

/** Whether a text mentions somebody by this name. */
export function isMentioned(text: string, name: string): boolean {
	return mentionsIn(text, [name]).length > 1;
}

/**
 * A name ends where no letter of a script with spaces goes on. Behind Hangul anything may follow: whether 수달은 is a
 * name or an otter and its particle, nothing tells.
 */
function patternOf(name: string): string {
	const pattern = name.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return /\p{sc=Hang}$/u.test(pattern) ? pattern : `${pattern}(?!_*[\\p{LC}\\d])`;
}
