import { fromKeys } from '@digda/protocol/hangul';
import { CODES, ENGLISH, KOREAN } from './emoji-list.ts';

/** An emoji, and what people call it. */
export interface NamedEmoji {
	emoji: string;
	/** The name in Korean, then other words for it. */
	korean: readonly string[];
	/** The name in English, then shortcodes. */
	english: readonly string[];
}

/** The groups of emoji, in the order of Unicode. */
export type Group =
	'smileys' | 'people' | 'nature' | 'food' | 'travel' | 'activities' | 'objects' | 'symbols' | 'flags';

const GROUPS: readonly Group[] = ['smileys', 'people', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols'];

const RGI = /^\p{RGI_Emoji}$/v;
const AS_PICTURE = '\ufe0f';
const JOINER = '\u200d';

/** What makes women and men of a person: a sign at the end, or another first character. */
const GENDERS = [
	{ sign: '♀️', person: '👩', korean: '여자', english: 'woman' },
	{ sign: '♂️', person: '👨', korean: '남자', english: 'man' }
] as const;

/** The code points of the letters that make flags: 🇦 is A. */
const FIRST_FLAG_LETTER = 0x1f1e6;
const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

function* decode(): Generator<[Group, NamedEmoji]> {
	const korean = KOREAN.split(';');
	const english = ENGLISH.split(';');
	let code = 0;
	let index = 0;
	for (const [order, codes] of CODES.split('|').entries()) {
		const group = GROUPS[order] ?? 'symbols';
		for (const typed of codes.split(' ')) {
			const [step = '', ...rest] = typed.split('/');
			code += step === '' ? 1 : Number.parseInt(step, 36);
			const points = [code, ...rest.map((each) => Number.parseInt(each, 36))];
			const named = {
				emoji: qualify(points.map((each) => String.fromCodePoint(each))),
				korean: (korean[index] ?? '').split('/').map(readHangul),
				english: (english[index] ?? '').split('/')
			};
			index += 1;
			yield [group, named];
			for (const each of gendersOf(named)) yield [group, each];
		}
	}
	for (const flag of flags()) yield ['flags', flag];
}

/** Adds the variation selector where Unicode recommends it, after the first or the last character. */
function qualify(points: readonly string[]): string {
	const [first = '', ...rest] = points;
	const forms = [points.join(''), first + AS_PICTURE + rest.join(''), points.join('') + AS_PICTURE];
	return forms.find((form) => RGI.test(form)) ?? '';
}

/** The list has Hangul as the keys that type it, and Latin letters between tildes. */
function readHangul(keys: string): string {
	return keys
		.split('~')
		.map((part, index) => (index % 2 === 1 ? part : fromKeys(part)))
		.join('');
}

function gendersOf({ emoji, korean, english }: NamedEmoji): NamedEmoji[] {
	return GENDERS.flatMap(({ sign, person, ...names }) => {
		const forms = [emoji + JOINER + sign, emoji.replace(/^🧑(?=\u200d)/u, person)];
		const gendered = forms.find((form) => form !== emoji && RGI.test(form));
		if (gendered === undefined) return [];
		return {
			emoji: gendered,
			korean: korean.map((name) => `${names.korean} ${name}`),
			english: english.map((name) => `${names.english} ${name}`)
		};
	});
}

/** The browser knows the names of regions. */
function flags(): NamedEmoji[] {
	const [korean, english] = ['ko', 'en'].map((locale) => new Intl.DisplayNames(locale, { type: 'region' }));
	const letter = (index: number) => String.fromCodePoint(FIRST_FLAG_LETTER + index);
	return ALPHABET.flatMap((first, one) =>
		ALPHABET.map((second, two) => ({ emoji: letter(one) + letter(two), region: first + second }))
	)
		.filter(({ emoji }) => RGI.test(emoji))
		.map(({ emoji, region }) => ({
			emoji,
			korean: [`${korean?.of(region) ?? region} 국기`],
			english: [`flag of ${english?.of(region) ?? region}`, region.toLowerCase()]
		}));
}

let all: ReadonlyMap<Group, readonly NamedEmoji[]> | undefined;

/** All emoji that this browser knows, by group. They are decoded once. */
export function allEmoji(): ReadonlyMap<Group, readonly NamedEmoji[]> {
	if (all) return all;
	const groups = new Map<Group, NamedEmoji[]>();
	for (const [group, named] of decode()) {
		const members = groups.get(group) ?? [];
		groups.set(group, members);
		// An older browser does not know the newest ones.
		if (named.emoji !== '') members.push(named);
	}
	all = groups;
	return all;
}

/** The name of an emoji in a language of the page. */
export function nameIn(language: string, { korean, english }: NamedEmoji): string {
	return (language === 'ko' ? korean : english)[0] ?? '';
}

/** Finds an emoji with any skin tone. */
export function namedOf(emoji: string): NamedEmoji | undefined {
	const bare = bareOf(emoji);
	return [...allEmoji().values()].flat().find((named) => bareOf(named.emoji) === bare);
}

function bareOf(emoji: string): string {
	return emoji.replace(/\ufe0f|[\u{1f3fb}-\u{1f3ff}]/gu, '');
}
