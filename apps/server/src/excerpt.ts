import { countCodePoints } from '@digda/protocol';

/** Cuts a text to a number of code points and appends its full length. A shorter text stays unchanged. */
export function excerpt(text: string, mostCodePoints: number): string {
	// A code point has at most two UTF-16 units. A surrogate pair that this splits is beyond the cut.
	const start = Array.from(text.slice(0, 2 * mostCodePoints))
		.slice(0, mostCodePoints)
		.join('');
	if (start.length === text.length) return text;
	return `${start}… (${countCodePoints(text).toLocaleString('en')} characters)`;
}
