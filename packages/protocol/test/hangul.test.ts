import { assemble, convertHangulToQwerty, convertQwertyToHangul, disassemble, getChoseong } from 'es-hangul';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromKeys, initialsOf, toKeys } from '../src/hangul.ts';

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code));
const word = fc.array(syllable, { minLength: 1, maxLength: 8 }).map((syllables) => syllables.join(''));

test('the initials of each syllable are those of es-hangul', () => {
	for (let code = 0xac00; code <= 0xd7a3; code += 1) {
		const character = String.fromCharCode(code);
		expect(initialsOf(character)).toBe(getChoseong(character));
	}
});

test('the keys of each syllable are those of es-hangul, and type it again', () => {
	for (let code = 0xac00; code <= 0xd7a3; code += 1) {
		const character = String.fromCharCode(code);
		expect(toKeys(character)).toBe(convertHangulToQwerty(character));
		expect(fromKeys(toKeys(character))).toBe(character);
	}
});

test('the keys of a word type it again, and type what es-hangul assembles', () => {
	fc.assert(
		fc.property(word, (text) => {
			expect(fromKeys(toKeys(text))).toBe(text);
			expect(convertQwertyToHangul(toKeys(text))).toBe(text);
		})
	);
});

test('keys type what es-hangul assembles as long as each of them belongs to a syllable', () => {
	const keys = fc.array(fc.constantFrom(...Array.from('rRseEfaqQtTdwWczxvgkoiOjpuPhynbml')), {
		minLength: 1,
		maxLength: 12
	});
	fc.assert(
		fc.property(keys, (typed) => {
			const text = fromKeys(typed.join(''));
			fc.pre(/^[가-힣]+$/.test(text));
			expect(text).toBe(convertQwertyToHangul(typed.join('')));
			expect(text).toBe(assemble(Array.from(disassemble(text))));
		})
	);
});

test('a text in any normal form has the same keys and initials', () => {
	fc.assert(
		fc.property(word, (text) => {
			expect(toKeys(text.normalize('NFD'))).toBe(toKeys(text));
			expect(initialsOf(text.normalize('NFD'))).toBe(initialsOf(text));
		})
	);
});

test.for([
	['회의', 'ghldml'],
	['ㅎㅑ소ㅕㅠ', 'github'],
	['있다', 'dlTek'],
	['달기', 'ekfrl'],
	['ㅎㅇ', 'gd'],
	['ﾡￂ', 'rk'],
	['값 3개!', 'rkqt 3ro!']
] as const)('%s is typed by the keys %s', ([text, keys]) => {
	expect(toKeys(text)).toBe(keys);
});

test.for([
	['GHLdml', '회의'],
	['gdt', 'ㅎㅇㅅ'],
	['hk', 'ㅘ'],
	['rkrn', '가구'],
	['Rk', '까'],
	['ghl-2', '회-2']
] as const)('the keys %s type %s', ([keys, text]) => {
	expect(fromKeys(keys)).toBe(text);
});
