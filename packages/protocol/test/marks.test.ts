import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText, compose } from '../src/index.ts';

/** Hangul Jamo that continue a syllable: normalization composes them in one pass. */
const JAMO = /[\u1161-\u1175\u11a8-\u11c2]/;

const CODE_POINTS = Array.from({ length: 0x11_0000 }, (_, code) => code).filter(
	(code) => code < 0xd800 || code > 0xdfff
);
const CHARACTERS = CODE_POINTS.map((code) => String.fromCodePoint(code));

/** The characters of a decomposed character. */
function pieces(character: string): string[] {
	return Array.from(character.normalize('NFD'));
}

/** Whether normalization moves a character: its combining class is not zero. */
function isMoved(character: string): boolean {
	// The lowest class of all moves before any other, and any other before the highest.
	return [`${character}\u0334`, `\u0345${character}`].some((pair) => pair.normalize('NFD') !== pair);
}

/** Whether a run of 60 is cut. */
function isCut(character: string): boolean {
	return Array.from(compose(`x${character.repeat(60)}`).normalize('NFD')).length < 60;
}

test('[SEND-8] long runs of characters that normalization moves or composes are cut', () => {
	const second = new Set(CHARACTERS.flatMap((character) => pieces(character).slice(1)));
	const continues = CHARACTERS.filter((character) => {
		const [first = ''] = pieces(character);
		return !JAMO.test(first) && (isMoved(first) || second.has(first));
	});
	expect(continues.length).toBeGreaterThan(900);
	expect(continues.filter((character) => !isCut(character))).toEqual([]);
});

test('[SEND-7] a run of other characters than marks is never cut', () => {
	const ordinary = CHARACTERS.filter((character) => !/[\p{M}\u{16d67}\u{16d68}]/u.test(character));
	const isLost = (text: string) => compose(text) !== text.normalize('NFC');
	// Many runs at once are checked much faster, with a separator that composes with none of them.
	for (let start = 0; start < ordinary.length; start += 1_000) {
		const some = ordinary.slice(start, start + 1_000).map((character) => character.repeat(9));
		expect(isLost(some.join('|')) ? some.filter(isLost) : []).toEqual([]);
	}
});

test('[SEND-7] the cut changes no text with at most 32 marks in a row', () => {
	const tower = /((?:\p{M}\p{Cf}*){8})\p{M}[\p{M}\p{Cf}]*/gu;
	const mark = fc.constantFrom(...CHARACTERS.filter((character) => /\p{M}/u.test(character)));
	const run = fc.array(mark, { maxLength: 32 }).map((marks) => marks.join(''));
	const base = fc.constantFrom(
		...Array.from('aἀ가ㅏ각क ক'),
		'\u1100\u1161\u11a8',
		'న\u200c',
		'👩\u200d',
		'\n',
		'x\u00ad'
	);
	const text = fc.array(fc.tuple(base, run), { maxLength: 6 }).map((parts) => parts.flat().join(''));
	fc.assert(
		fc.property(text, (typed) => {
			expect(compose(typed)).toBe(typed.normalize('NFC').replace(tower, '$1'));
		}),
		{ numRuns: 2_000 }
	);
});

test('[SEND-7] long runs of modern and old Hangul Jamo are kept', () => {
	for (const run of ['\u1100\u1161\u11a8', '\u1112\u119e\u11ab', '\u1161', '\u11a8', '\u1113', '\ua960\ud7b0\ud7cb']) {
		const text = run.repeat(500);
		expect(cleanText(text)).toBe(text.normalize('NFC'));
	}
});
