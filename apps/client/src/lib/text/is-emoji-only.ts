/** The longest text that is looked at, in UTF-16 code units: what is longer is no gesture, and to find emoji is dear. */
const MAX_LENGTH = 200;

/** Whether a short text is emoji and white space, and one emoji at least. A digit is none. */
export function isEmojiOnly(text: string): boolean {
	if (text.length > MAX_LENGTH) return false;
	// Not `^(…)+$`: a hand and the colour of its skin are one emoji or two, and the ways to part many are too many.
	const rest = text.replace(/\p{RGI_Emoji}/gv, '');
	return rest !== text && rest.trim() === '';
}
