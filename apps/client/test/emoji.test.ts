import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { beforeEach, expect, test, vi } from 'vitest';
import { allEmoji, namedOf } from '#lib/emoji/all-emoji.ts';
import { findEmoji } from '#lib/emoji/find-emoji.ts';
import { AT_HAND, frequentEmoji, recentEmoji, rememberEmoji } from '#lib/emoji/frequent.ts';
import { readTone, TONES, withTone, writeTone } from '#lib/emoji/skin-tone.ts';
import { locale } from '#lib/i18n/locale.svelte.ts';
import { makeEmojiList } from '../scripts/emoji-list.ts';

/** The rule of the server for a reaction. */
const EMOJI = /^\p{RGI_Emoji}$/v;

const LIST = join(import.meta.dirname, '../src/lib/emoji/emoji-list.ts');

const all = [...allEmoji().values()].flat();

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value),
		removeItem: (key: string) => kept.delete(key)
	});
	return () => vi.unstubAllGlobals();
});

const find = async (query: string) => (await findEmoji(query)).map(({ emoji }) => emoji);

test('the list is the one that the script makes', () => {
	expect(readFileSync(LIST, 'utf8')).toBe(makeEmojiList());
});

test('every emoji is one, once, with a name in both languages', () => {
	expect(all.length).toBeGreaterThan(1_350);
	expect(new Set(all.map(({ emoji }) => emoji)).size).toBe(all.length);
	for (const { emoji, korean, english } of all) {
		expect(emoji).toMatch(EMOJI);
		for (const name of [...korean, ...english]) expect(name.trim(), emoji).not.toBe('');
		expect(korean[0], emoji).toMatch(/^[가-힣A-Za-z\d ,.:’'“”"#()&·-]+$/);
		expect(english[0], emoji).not.toMatch(/[가-힣~]/);
	}
	for (const emoji of AT_HAND) expect(all.map((each) => each.emoji)).toContain(emoji);
});

test.for([
	['👍', '좋아요'],
	['💻', '노트북'],
	['🇰🇷', '대한민국 국기'],
	['🧬', 'DNA']
] as const)('%s is called %s', ([emoji, name]) => {
	expect(namedOf(emoji)?.korean).toContain(name);
});

test.for([
	['👍', ['좋아요', '엄지', 'thumbs up', '+1', ':+1:', ':thumbsup:', 'ㅈㅇㅇ', '좋앙', 'whgdkdy']],
	['🎉', ['축하', '파티', 'tada', ':tada:', 'party', 'ㅊㅎ', '추']],
	['❤️', ['하트', '사랑', 'heart', 'ㅎㅌ']],
	['😂', ['ㅋㅋ', 'joy', 'lol']],
	['🙏', ['감사', '부탁', 'pray', 'folded']],
	['✅', ['확인', '체크', 'white_check_mark', 'done']],
	['🇰🇷', ['대한민국', 'korea', 'kr']],
	['👩‍💻', ['여자 기술', 'woman tech']],
	['🤷‍♀️', ['여자 어깨', 'woman shrug']]
] as const)('%s is found by its names, words, shortcodes, initials and half syllables', async ([emoji, queries]) => {
	for (const query of queries) expect((await find(query)).slice(0, 12), query).toContain(emoji);
});

test('what is called as typed comes first', async () => {
	expect((await find('tada'))[0]).toBe('🎉');
	expect((await find('joy'))[0]).toBe('😂');
	expect((await find('불'))[0]).toBe('🔥');
});

test.for(['', ' ', ':', '::', '없는 이모지 이름'])('nothing is found for %j', async (query) => {
	expect(await find(query)).toEqual([]);
});

test('names are in the language of the page', async () => {
	locale.set('ko');
	expect((await findEmoji('tada'))[0]).toEqual({ emoji: '🎉', name: '파티' });
	locale.set('en');
	expect((await findEmoji('tada'))[0]).toEqual({ emoji: '🎉', name: 'party popper' });
});

test('recent emoji come first, each once, and survive a reload', () => {
	expect(frequentEmoji()).toEqual(AT_HAND);
	for (const emoji of ['🎉', '👍🏽', '🎉']) rememberEmoji(emoji);
	expect(recentEmoji()).toEqual(['🎉', '👍🏽']);
	expect(frequentEmoji().slice(0, 3)).toEqual(['🎉', '👍🏽', '❤️']);
	for (const { emoji } of all.slice(0, 50)) rememberEmoji(emoji);
	expect(recentEmoji()).toHaveLength(18);
});

test.for(['{', '"👍"', '[1, null, "a", "👍👍", "<b>"]', '{"0": "👍"}'])(
	'a damaged list of recent emoji is ignored: %s',
	(kept) => {
		localStorage.setItem('digda:recent-emoji', kept);
		expect(recentEmoji()).toEqual([]);
	}
);

test('a skin tone is kept, and changes only what has a skin', () => {
	expect(readTone()).toBe('');
	writeTone('🏽');
	expect(readTone()).toBe('🏽');
	localStorage.setItem('digda:skin-tone', 'x');
	expect(readTone()).toBe('');
	expect(withTone('👍', '🏽')).toBe('👍🏽');
	expect(withTone('✌️', '🏿')).toBe('✌🏿');
	expect(withTone('👩‍💻', '🏻')).toBe('👩🏻‍💻');
	expect(withTone('🤷‍♀️', '🏼')).toBe('🤷🏼‍♀️');
	expect(withTone('👍🏽', '🏿')).toBe('👍🏽');
	expect(withTone('❤️', '🏽')).toBe('❤️');
	for (const tone of TONES) for (const { emoji } of all) expect(withTone(emoji, tone)).toMatch(EMOJI);
	expect(namedOf('✌🏿')?.emoji).toBe('✌️');
});

test('the list and the search in it are at most 15 kB to load', async () => {
	const entry = join(import.meta.dirname, '../src/lib/emoji/rank-emoji.ts');
	// The page has loaded the rest already, or shares it with other searches.
	const external = [/[/]i18n[/]/, /[/]protocol[/]/];
	const built = await build({
		configFile: false,
		logLevel: 'silent',
		build: { write: false, lib: { entry, formats: ['es'] }, rolldownOptions: { external, output: { minify: true } } }
	});
	if (!Array.isArray(built)) throw new Error('a library has one output for each format');
	const code = built
		.flatMap(({ output }) => output)
		.map((file) => ('code' in file ? file.code : ''))
		.join('');
	expect(code).toContain('party popper');
	expect(gzipSync(code, { level: 9 }).length).toBeLessThan(15_000);
});
