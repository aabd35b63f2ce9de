import { disassemble, getChoseong } from 'es-hangul';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromKeys, toKeys } from '../src/hangul.ts';
import { rank } from '../src/rank.ts';

const FOUND = true;
const LOST = false;

test.for([
	// Literally, whatever the case, the spaces and the dashes
	['회의', '회의', FOUND],
	['회의', '전체회의록', FOUND],
	['회의', '회 의', FOUND],
	['회의시간', '회의 시간', FOUND],
	['회의 시간', '회의-시간', FOUND],
	['team-a', 'Team A', FOUND],
	['TEAMA', 'team-a', FOUND],
	['c++', 'C++ 모임', FOUND],
	['a_b%', 'a_b%', FOUND],
	['a_b%', 'axb1', LOST],
	['.', 'axb', LOST],
	['회의', '회식', LOST],
	['의회', '회의', LOST],
	['Ａｄａ', 'ada', FOUND],
	['로비'.normalize('NFD'), '로비', FOUND],
	['로비', '로비'.normalize('NFD'), FOUND],
	['👍🏽', '좋아 👍🏽', FOUND],
	// By initials
	['ㅎㅇㅅ', '회의실', FOUND],
	['ㅎㅇㅅ', '회 의-실', FOUND],
	['ㅎㅇ', '전체회의록', FOUND],
	['ㅎㅇ', 'ㅎㅇ', FOUND],
	['ㅋㅋ', '웃음ㅋㅋ', FOUND],
	['ㅎㅇㅅ', '회의', LOST],
	['ㄱㅅ', '감사', FOUND],
	['ㄳ', '감사', FOUND],
	['ㄳ', 'ㄳㄳ', FOUND],
	['ㄱ', '까치', LOST],
	['회ㅇㅅ', '회의실', FOUND],
	['ﾾﾷ', '회의', FOUND],
	['ㅎㅇ'.normalize('NFKD'), '회의', FOUND],
	['ㅏ', '가', LOST],
	// With a half-typed last syllable
	['회으', '회의', FOUND],
	['검새', '검색', FOUND],
	['각', '가구', FOUND],
	['닭', '달기', FOUND],
	['호', '화장실', FOUND],
	['장그', '장그래', FOUND],
	['장글', '장그래', FOUND],
	['ㅎㅇ시', '회의실', FOUND],
	['으실', '회의실', LOST],
	['감', '가구', LOST],
	['검색', '검새', LOST],
	['까', '가', LOST],
	// On the other keyboard
	['ghldml', '회의', FOUND],
	['GHLDML', '회의', FOUND],
	['ghldm', '회의', FOUND],
	['gdt', '회의실', FOUND],
	['ㅎㅑ소ㅕㅠ', 'GitHub', FOUND],
	['ㅅㄷ므', 'team', FOUND],
	['Rk', '까치', FOUND],
	['Rk', '가구', LOST],
	['g', '회의', LOST],
	['회의ghldml', '회의회의', FOUND],
	['ghldml', '회식', LOST]
] as const)('the query %s in %s: found is %s', ([query, text, isFound]) => {
	expect(rank(query, text) !== undefined).toBe(isFound);
});

test.for([
	['회의', ['회의', '회의실', '전체 회의', '전체회의']],
	['ㅎㅎ', ['ㅎㅎ', 'ㅎㅎㅎ', '웃음ㅎㅎ', '하하', '그냥 하하', '그하하']],
	['각', ['각', '각자', '생각', '가구', '새 가구', '조가구']],
	['ghl', ['ghl', 'ghla', 'a ghl', 'aghl', '회의', '전체 회의', '전체회의']],
	['팀', ['팀', '팀장', '개발/팀', '개발팀', '티무르']]
] as const)('the query %s finds the best text first', ([query, texts]) => {
	const ranks = texts.map((text) => rank(query, text));
	expect(ranks).not.toContain(undefined);
	expect(ranks).toEqual(ranks.toSorted((one = 0, other = 0) => one - other));
	expect(new Set(ranks).size).toBe(texts.length);
});

test('an empty query finds every text', () => {
	for (const text of ['', '회의', 'a']) expect(rank(' - ', text)).toBeDefined();
});

const HANGUL_OR_LATIN = fc.oneof(
	fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code)),
	fc.constantFrom(...Array.from('abcxyz019 -'))
);
const text = fc.array(HANGUL_OR_LATIN, { minLength: 1, maxLength: 12 }).map((characters) => characters.join(''));
/** A text and two indexes in it. */
const part = text.chain((whole) =>
	fc.tuple(fc.constant(whole), fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: whole.length }))
);

test('every part of a text finds it, also in another case and normal form, without spaces', () => {
	fc.assert(
		fc.property(part, ([whole, from, length]) => {
			const query = whole.slice(from, from + length);
			for (const form of [query, query.toUpperCase(), query.normalize('NFD'), query.replaceAll(/[\s-]/g, '')]) {
				expect(rank(form, whole)).toBeDefined();
			}
		})
	);
});

test('the initials of every part of a text find it, as es-hangul has them', () => {
	fc.assert(
		fc.property(part, ([whole, from, length]) => {
			const syllables = whole.slice(from, from + length).replaceAll(/[^가-힣]/g, '');
			fc.pre(syllables !== '' && whole.includes(syllables));
			expect(rank(getChoseong(syllables), whole)).toBeDefined();
		})
	);
});

test('every step of typing a word finds it, as es-hangul takes it apart', () => {
	const word = fc
		.array(fc.integer({ min: 0xac00, max: 0xd7a3 }), { minLength: 1, maxLength: 5 })
		.map((codes) => String.fromCharCode(...codes));
	fc.assert(
		fc.property(word, fc.nat(), (whole, steps) => {
			const jamo = disassemble(whole);
			const keys = toKeys(jamo.slice(0, 1 + (steps % jamo.length)));
			expect(rank(fromKeys(keys), whole), keys).toBeDefined();
			if (keys.length > 1) expect(rank(keys, whole), keys).toBeDefined();
		})
	);
});
