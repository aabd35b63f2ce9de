/** The maximum length, in UTF-16 code units, because the search for emoji is expensive. */
const MAX_LENGTH = 200;

/** Tells whether a short text contains only emoji and white space, with at least one emoji. A digit is not an emoji. */
export function isEmojiOnly(text: string): boolean {
	if (text.length > MAX_LENGTH) return false;
	// `^(…)+$` would backtrack exponentially: a hand with a skin tone matches as one emoji or as two.
	const rest = text.replace(/\p{RGI_Emoji}/gv, '');
	return rest !== text && rest.trim() === '';
}
