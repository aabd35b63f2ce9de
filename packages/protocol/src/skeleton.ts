import confusables from 'unhomoglyph/data.json' with { type: 'json' };
import { compose } from './text.ts';

// Not among the exports of the package's index: its table has 100 KB.

/** What readers take for a Latin letter and the table of Unicode does not: small capitals, and what is drawn like one. */
const ALIKE = 'aᴀɐᗩ bʙᗷ dᴅᗪԃ eᴇꞓəǝ fꜰ gɢɡ hʜᕼ jᴊ kᴋĸ lʟ mᴍʍᗰ nɴᴎπոᴨ pᴘ qǫ rʀɹᖇ sꜱ tᴛ wᗯ';
const LETTERS = new Map(
	ALIKE.split(' ').flatMap(([letter = '', ...others]) => others.map((other): [string, string] => [other, letter]))
);

/** Letters in a circle, in a square and of flags, from A to Z: symbols to Unicode, letters to a reader. */
const FRAMED_LETTER = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu;

function letterIn(frame: string): string {
	const code = frame.codePointAt(0) ?? 0;
	return String.fromCharCode(0x41 + (code < 0x1f1e6 ? (code - 0x1f150) % 0x20 : code - 0x1f1e6));
}

/**
 * What names that look alike have in common: the skeleton of Unicode Technical Standard 39, in which beyond that neither
 * case nor spaces count, nor the difference between `i` and `l`, `m` and `rn`. Hangul falls into its letters. To be
 * compared, never to be shown.
 */
export function skeletonOf(name: string): string {
	const visible = compose(name)
		.normalize('NFKD')
		.replace(/[\s\p{Cf}\p{DI}\u2800]/gu, '');
	const framed = visible.replace(FRAMED_LETTER, letterIn);
	// Its keys are characters, each with what Unicode takes as the model of all that look like it.
	const models = Array.from(framed, (character) => (confusables as Record<string, string>)[character] ?? character);
	return Array.from(models.join('').toLowerCase(), (letter) => LETTERS.get(letter) ?? letter)
		.join('')
		.replaceAll('i', 'l')
		.replaceAll('m', 'rn')
		.normalize('NFKD');
}
