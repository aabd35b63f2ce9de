/** The maximum length, in UTF-16 code units, of three emoji with white space. The search for emoji is expensive. */
const MAX_LENGTH = 120;

/** The maximum number of emoji that are shown in a large size. */
const MAX_EMOJI = 3;

/** Tells whether a text contains only one to three emoji and white space. A digit is not an emoji. */
export function isBigEmoji(text: string): boolean {
	if (text.length > MAX_LENGTH) return false;
	// `^(…)+$` would backtrack exponentially: a hand with a skin tone matches as one emoji or as two.
	const emoji = text.match(/\p{RGI_Emoji}/gv) ?? [];
	return emoji.length > 0 && emoji.length <= MAX_EMOJI && emoji.join('') === text.replace(/\s/g, '');
}
