import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { toKeys } from '@digda/protocol/hangul';
import { WORDS } from './emoji-words.ts';

/** The part of an emoji in Emojibase that is used here. */
interface Entry {
	emoji: string;
	hexcode: string;
	label: string;
	order?: number;
	group?: number;
	subgroup?: number;
}

const RGI = /^\p{RGI_Emoji}$/v;

/** Groups of Emojibase without skin tones and flags, which the picker makes itself. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8];

/** Kinds of emoji that nobody looks for by name: the list must stay small. */
const LEFT_OUT = new Set(
	'person-resting family-silhouette transport-sign arrow av-symbol gender alphanum keycap geometric religion zodiac'.split(
		' '
	)
);

/** Single emoji that nobody looks for by name: hours of a clock, couples and families by gender, directions. */
const IS_LEFT_OUT = /^1F5[56]|27A1|^1F46[89]|^1F9D1-200D-1F9[BD]|200D-(2640|2642)/;

/** English names, or parts of them, that are left out besides. Each has a better known emoji beside it, or few need it. */
const RARE = new RegExp(
	[
		'oncoming|globe|quarter moon|waxing|waning|mailbox|traffic light|card |green book|blue book|orange book|tram|monorail',
		'railway|cableway|locomotive|trolleybus|minibus|light rail|file |spiral|tear-off|yen|pound|euro|film|videocassette|disk',
		'clamp|nut and|sari|kimono|briefs|silhouette|part alter|Japanese|trident|fleur|medical s|curly|eight-|low volume',
		'medium volume|amphora|urn|coffin|headstone|fish cake|ceremony|tanabata|pine dec|carp|red envelope|diya|nesting|nazar',
		'hamsa|abacus|optical|camera with|speech balloon|anger bubble|sun behind|cloud with|umbrella on|closed umb|motor boat',
		'small airplane|ferry|passenger|railway|motorized|manual wheel|derelict|classical|houses|satellite|postal|outbox|inbox',
		'label|bookmark tabs|page |scroll|ledger|decorative|linked|triangular|pick|dagger|carpentry|hook|white cane|alembic',
		'petri|plunger|razor|mouse trap|safety pin|roller|fountain pen|black nib|crayon|trackball|pager|fax|lantern|chess|mahjong',
		'club suit|spade suit|diamond suit|heart suit|piñata|knot|yarn|thread|thong|one-piece|bikini|ballet|clutch|rescue|prayer',
		'lacrosse|softball|curling|field hockey|cricket game|in hole|tamale|fondue|falafel|hindu|kaaba|shinto|synagogue|love hotel',
		'mantelpiece|rickshaw|ring buoy|oil drum|motorway|articulated|goal net|military|rightwards|leftwards|palm down|palm up',
		'ear with|two-hump|bison|badger|mammoth|dodo|tumbler|beverage box|mate$|flatbread|service dog|guide dog|skullcap|turban',
		'Mx Claus|hairy|splatter|landslide|treasure|trombone|orca|locked with|level slider|control knobs|reminder|sauropod'
	].join('|')
);

/** Longer shortcodes are typed by nobody. */
const MAX_SHORTCODE = 14;

const require = createRequire(import.meta.url);
/** Reads a file of Emojibase, whose form its documentation describes. */
const read = (file: string): unknown => JSON.parse(readFileSync(require.resolve(`emojibase-data/${file}`), 'utf8'));

/** The list of emoji as a module: their code points, and their names in both languages. */
export function makeEmojiList(): string {
	const { subgroups } = read('meta/groups.json') as { subgroups: Record<string, string> };
	const english = new Map((read('en/data.json') as Entry[]).map((entry) => [entry.hexcode, entry.label]));
	const shortcodes = read('en/shortcodes/github.json') as Record<string, string | string[]>;
	const words = readWords();

	const kept = (read('ko/data.json') as Entry[])
		.filter(({ group, subgroup, hexcode }) => {
			const kind = subgroups[subgroup ?? -1] ?? '';
			return GROUPS.includes(group ?? -1) && !LEFT_OUT.has(kind) && !IS_LEFT_OUT.test(hexcode);
		})
		.map((entry) => ({ ...entry, emoji: qualify(entry.emoji) }))
		.filter(({ emoji, hexcode }) => RGI.test(emoji) && !RARE.test(english.get(hexcode) ?? ''))
		.sort((a, b) => order(a) - order(b) || codesOf(a)[0] - codesOf(b)[0]);
	const groups = GROUPS.map((group) => kept.filter((entry) => entry.group === group));

	let last = 0;
	const codes = (entry: Entry) => {
		const [first, ...rest] = codesOf(entry);
		const step = first - last;
		last = first;
		return [step === 1 ? '' : step.toString(36), ...rest.map((code) => code.toString(36))].join('/');
	};
	const korean = ({ label, emoji }: Entry) =>
		[label.replaceAll(/[/~]/g, ' '), ...(words.get(emoji)?.korean ?? [])].map(toLetters).join('/');
	const inEnglish = ({ hexcode, emoji }: Entry) => {
		const name = english.get(hexcode) ?? '';
		// A digit at the end only tells two emoji apart (`cow2`).
		const isNew = (code: string) =>
			code.length <= MAX_SHORTCODE &&
			!/\d$/.test(code) &&
			!code.split('_').every((word) => name.toLowerCase().includes(word));
		const codes = [shortcodes[hexcode] ?? []].flat().filter(isNew);
		return [...new Set([name, ...codes, ...(words.get(emoji)?.english ?? [])])].join('/');
	};
	return [
		'// Made by scripts/make-emoji.ts from emojibase-data (MIT, https://emojibase.dev), with names of the Unicode CLDR.',
		exportOf('CODES', groups.map((group) => group.map(codes).join(' ')).join('|')),
		exportOf('KOREAN', groups.flat().map(korean).join(';')),
		exportOf('ENGLISH', groups.flat().map(inEnglish).join(';')),
		''
	].join('\n');
}

/** A constant with a text that has no quotes. */
function exportOf(name: string, text: string): string {
	if (/['"\\]/.test(text)) throw new Error(`${name} has quotes`);
	return `export const ${name} =\n\t'${text}';`;
}

/** Emoji of a kind are ordered by code point, whose steps are small. */
function order({ group = 0, subgroup = 0 }: Entry): number {
	return 1_000 * group + subgroup;
}

function codesOf({ emoji }: Entry): [number, ...number[]] {
	const [first = 0, ...rest] = Array.from(emoji.replaceAll('\ufe0f', ''), (each) => each.codePointAt(0) ?? 0);
	return [first, ...rest];
}

/** The form that Unicode recommends: Emojibase adds the variation selector to some emoji that need none. */
function qualify(emoji: string): string {
	return RGI.test(emoji) ? emoji : emoji.replaceAll('\ufe0f', '');
}

/** Hangul as the keys that type it, which compresses better. Latin letters stand between tildes. */
function toLetters(text: string): string {
	return toKeys(text.replaceAll(/[A-Za-z]+/g, '~$&~'));
}

function readWords() {
	const lines = WORDS.trim().split('\n');
	return new Map(
		lines.map((line) => {
			const [korean = '', english = ''] = line
				.split('|')
				.map((part) => part.trim().split(' ').filter(Boolean).join(' '));
			const [emoji = '', ...rest] = korean.split(' ');
			return [emoji, { korean: rest, english: english === '' ? [] : english.split(' ') }];
		})
	);
}
