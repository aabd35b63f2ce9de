import confusables from 'unhomoglyph/data.json' with { type: 'json' };
import { compose } from './text.ts';

// The package's index does not export this file: its table takes 100 KB.

/** Lookalikes of Latin letters that Unicode's table lacks: small capitals and similar shapes. */
const ALIKE = 'aᴀɐᗩ bʙᗷ dᴅᗪԃ eᴇꞓəǝ fꜰ gɢɡ hʜᕼ jᴊ kᴋĸ lʟ mᴍʍᗰ nɴᴎπոᴨ pᴘ qǫ rʀɹᖇ sꜱ tᴛ wᗯ';
const LETTERS = new Map(
	ALIKE.split(' ').flatMap(([letter = '', ...others]) => others.map((other): [string, string] => [other, letter]))
);

/** Circled, squared and regional-indicator letters A to Z. Unicode treats them as symbols; a reader sees letters. */
const FRAMED_LETTER = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu;

function letterIn(frame: string): string {
	const code = frame.codePointAt(0) ?? 0;
	return String.fromCharCode(0x41 + (code < 0x1f1e6 ? (code - 0x1f150) % 0x20 : code - 0x1f1e6));
}

/**
 * Maps names that look alike to the same skeleton (Unicode Technical Standard 39). The skeleton also ignores case and
 * spaces, and equates `i` with `l` and `m` with `rn`. Hangul decomposes into jamo. Compare skeletons, never show them.
 */
export function skeletonOf(name: string): string {
	const visible = compose(name)
		.normalize('NFKD')
		.replace(/[\s\p{Cf}\p{DI}\u2800]/gu, '');
	const framed = visible.replace(FRAMED_LETTER, letterIn);
	// The table maps each character to the model of its lookalikes.
	const models = Array.from(framed, (character) => (confusables as Record<string, string>)[character] ?? character);
	return Array.from(models.join('').toLowerCase(), (letter) => LETTERS.get(letter) ?? letter)
		.join('')
		.replaceAll('i', 'l')
		.replaceAll('m', 'rn')
		.normalize('NFKD');
}
