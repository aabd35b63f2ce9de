/** Whether a text is emoji and white space, and one emoji at least. A digit is none. */
export function isEmojiOnly(text: string): boolean {
	// Not `^(…)+$`: a hand and the colour of its skin are one emoji or two, and the ways to part many are too many.
	const rest = text.replace(/\p{RGI_Emoji}/gv, '');
	return rest !== text && rest.trim() === '';
}
