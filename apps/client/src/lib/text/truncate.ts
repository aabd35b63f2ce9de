const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts a text to at most so many UTF-16 code units, with an ellipsis, between two characters that a reader sees. */
export function truncate(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	let end = 0;
	for (const { index, segment } of graphemes.segment(text)) {
		if (index + segment.length >= maxLength) break;
		end = index + segment.length;
	}
	return `${text.slice(0, end)}…`;
}
