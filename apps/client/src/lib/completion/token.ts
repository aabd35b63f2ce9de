/** What a person types to find a name (`@장그`) or an emoji (`:하트`). */
export interface Token {
	sign: '@' | ':';
	/** The index of the sign. The token ends at the caret. */
	start: number;
	/** The text behind the sign. */
	query: string;
	/** Whether Enter and Tab take the first suggestion without another key. */
	isEager: boolean;
}

/** A name may have spaces. An @ behind a Latin letter, a digit or one of `._-` belongs to an address. */
const NAME = /(?<![A-Za-z0-9._-])@((?:[^\s@](?:[^@\n]{0,62}\S)?)?)$/u;

/** A single Latin letter is a face (`:D`). A colon behind a Latin letter or a digit belongs to a time or an address. */
const SHORTCODE = /(?<![A-Za-z0-9._/:-]):((?=.*[가-힣]|..)[\p{L}\p{N}_+-]{1,32})$/u;

/** The longest token is shorter. */
const MAX_LENGTH = 80;

/** Finds the token before the caret in the text of a field, also right behind Hangul. */
export function findToken(text: string, caret: number): Token | undefined {
	const before = text.slice(Math.max(0, caret - MAX_LENGTH), caret);
	const [, shortcode] = SHORTCODE.exec(before) ?? [];
	if (shortcode !== undefined) {
		const start = caret - shortcode.length - 1;
		// After a word, a colon mostly means what follows, and Enter sends (메뉴:사과).
		const isEager = start === 0 || /\s/.test(text.charAt(start - 1));
		return { sign: ':', start, query: shortcode, isEager };
	}
	const [, name] = NAME.exec(before) ?? [];
	return name === undefined ? undefined : { sign: '@', start: caret - name.length - 1, query: name, isEager: true };
}
