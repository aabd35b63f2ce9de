import { countCodePoints } from '@digda/protocol';

/** A text as it is when it has at most so many code points; otherwise its beginning, with how many it has. */
export function excerpt(text: string, mostCodePoints: number): string {
	// A code point is at most two units of UTF-16. A pair that this cuts is one code point too many.
	const start = Array.from(text.slice(0, 2 * mostCodePoints))
		.slice(0, mostCodePoints)
		.join('');
	if (start.length === text.length) return text;
	return `${start}… (${countCodePoints(text).toLocaleString('en')} characters)`;
}
