import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
	DisplayName,
	MAX_DISPLAY_NAME_BYTES,
	MAX_ROOM_NAME_CODE_POINTS,
	RoomId,
	RoomName,
	RoomQuery
} from '../src/index.ts';
import { isReservedName } from '../src/reserved-name.ts';

const decomposed = '로비'.normalize('NFD');

test.for([
	['Lobby', 'lobby'],
	[decomposed, '로비'],
	['İstanbul', 'i̇stanbul'.normalize('NFC')],
	['a_b-1', 'a_b-1'],
	['हिन्दी', 'हिन्दी']
] as const)('[ROOM-1] the name %s is the room %s', ([typed, room]) => {
	expect(v.parse(RoomName, typed)).toBe(room);
});

test.for([
	'',
	' ',
	'\u3000',
	'a\tb',
	'a\nb',
	'a/b',
	'a.b',
	'~secret',
	'a~',
	'#a',
	'😀',
	'\u0000',
	'x'.repeat(65),
	7,
	null,
	{}
])('[ROOM-1] %j is no name of a room', (name) => {
	expect(v.is(RoomName, name)).toBe(false);
});

const INVISIBLE = [
	0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200d, 0x2060, 0x3164, 0xfe0f, 0xffa0, 0xe0100
];

test.for(INVISIBLE.map((code) => [code.toString(16), String.fromCodePoint(code)] as const))(
	'[ROOM-3] a name of a room holds no U+%s',
	([, character]) => {
		for (const name of [character, `lobby${character}`, `${character}lobby`, `로${character}비`]) {
			expect(v.is(RoomName, name)).toBe(false);
		}
	}
);

test.for(['\u0301', '\u0301lobby', '\u093f\u0915', '\u20e3'])(
	'[ROOM-3] %j begins with a mark, and is no name of a room',
	(name) => {
		expect(v.is(RoomName, name)).toBe(false);
	}
);

test('[ROOM-3] every character of the name of a room is visible, whatever is typed', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: fc.constantFrom('a', '가', '\u0301', ...INVISIBLE.map((code) => String.fromCodePoint(code))) }),
			(typed) => {
				const parsed = v.safeParse(RoomName, typed);
				if (parsed.success) expect(parsed.output).not.toMatch(/^\p{M}|\p{DI}/u);
			}
		)
	);
});

test('[ROOM-1] a private room is ~ and 128 bits in base64url', () => {
	expect(v.is(RoomId, '~AAAAAAAAAAAAAAAAAAAA-_')).toBe(true);
	expect(v.is(RoomId, '~short')).toBe(false);
	expect(v.parse(RoomId, 'Lobby')).toBe('lobby');
});

test('[ROOM-1] the normalized name of a room stays the same when it is normalized again', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (typed) => {
			const parsed = v.safeParse(RoomName, typed);
			if (!parsed.success) return;
			expect(v.parse(RoomName, parsed.output)).toBe(parsed.output);
			expect(Array.from(parsed.output).length).toBeLessThanOrEqual(MAX_ROOM_NAME_CODE_POINTS);
		})
	);
});

test('a name has at most 32 graphemes, and a family emoji is one of them', () => {
	expect(v.is(DisplayName, '가'.repeat(32))).toBe(true);
	expect(v.is(DisplayName, 'a'.repeat(33))).toBe(false);
	expect(v.is(DisplayName, '👨‍👩‍👧‍👦')).toBe(true);
	expect(v.is(DisplayName, '👨‍👩‍👧‍👦'.repeat(32))).toBe(false); // 800 bytes
});

test.for(['', '   ', '\u200b', '\u202e', '\u3164', '\ufe0f', 7, null])(
	'[SESSION-7] %j is no name of a person',
	(name) => {
		expect(v.is(DisplayName, name)).toBe(false);
	}
);

test('[SESSION-7] a name is one line and cannot change the direction of the text around it', () => {
	expect(v.parse(DisplayName, '  수달\n \u202e otter\u0007 ')).toBe('수달 otter');
});

test('[SESSION-7] [ROOM-1] a name has no long runs of marks', () => {
	const tower = `o${'\u0301'.repeat(60)}tter`;
	expect(v.parse(DisplayName, tower)).toBe(`ó${'\u0301'.repeat(8)}tter`);
	expect(v.parse(RoomName, tower)).toBe(`ó${'\u0301'.repeat(8)}tter`);
});

test.for([
	...['admin', 'Administrator', 'MODERATOR', 'system', 'server', 'digda', 'root', 'support', 'the mods', 'Admins'],
	...['관리자', '운영자', '시스템', '서버', '공지', '디그다', '서버'.normalize('NFD')],
	...['A d m i n', 'Ａｄｍｉｎ', 'ad\u200bmin', 'ad\u3164min', '[admin]', '🐹 digda!', 'a\u0332dmin', 'ⓡⓞⓞⓣ', '공_지'],
	// Letters of other scripts, alone and mixed.
	...['Оperator', 'ОРЕRАТОR', 'Οperator', 'digdа', 'ԁigda', 'diɡda', 'Sуstem', 'Ѕystem', 'ѕеrvеr', 'Rооt', 'αdmin'],
	...['Admın', 'ADMΙN', '𝓐𝓭𝓶𝓲𝓷', '𝐎perator', 'ᴀᴅᴍɪɴ', 'ᗩᗪᗰIᑎ', '🅰🅳🅼🅸🅽', '🇦🇩🇲🇮🇳', 'Operatör', 'Øperator'],
	// Similar letters, digits and signs in place of letters.
	...[
		'AdmlN',
		'Adrnin',
		'0perator',
		'0p3r4t0r',
		'4dm1n',
		'adm!n',
		'@dmin',
		'$erver',
		'5y5tem',
		'r00t',
		'D1GDA',
		'diqda'
	],
	// Affixes and titles that add nothing.
	...['Operator1', 'admin2024', 'The Operator', 'the_operator', 'Real Operator', 'Operator (official)', 'xXadminXx'],
	...['Official digda', 'Digda Team', 'Digda Support', 'digda bot', 'System message', 'Server Notice', '1root1'],
	...[
		'관리자1',
		'디그다 관리자',
		'운영자님',
		'공식 관리자',
		'총관리자',
		'시스템 알림',
		'서버 공지',
		'디그다 공식 계정'
	],
	// Hangul as separate Jamo.
	...['ㄱㅗㅏㄴㄹㅣㅈㅏ', 'ㄱㅘㄴㄹㅣㅈㅏ', '과ㄴ리자', 'ﾡￌￂﾤﾩￜﾸￂ'],
	// Words for the operator beside other words.
	...[
		'Admin Jane',
		'Kim (Operator)',
		'JaneAdmin',
		'jane|admin',
		'jane1admin',
		'Operator of nothing',
		'수달 운영자',
		'운영자님 수달'
	]
])('[SESSION-7] the name %s is reserved', (name) => {
	expect(isReservedName(v.parse(DisplayName, name))).toBe(true);
});

test.for([
	...['Quiet Otter', 'Adminka', 'administer', 'Admiral', 'Madmin', 'Cooperator', 'Operetta', 'Observer', 'Modi'],
	...['Rooter', 'Roots', 'Groot', 'Beetroot', 'Root Beer', 'David Root', 'Supporter', 'Supportive Cat', 'Systema'],
	...['Ecosystem', 'Digby', 'Indigo', 'Aidan', 'Ina', '007', '12345', '!!!', 'Ada', '🐹', 'a', 'the', 'x1x'],
	...[
		'서버실 수달',
		'조서버',
		'서버리',
		'관리',
		'운영',
		'김운영',
		'공지영',
		'공지원',
		'공지은',
		'시스템공학과',
		'수달',
		'님'
	]
])('[SESSION-7] the name %s is not reserved', (name) => {
	expect(isReservedName(v.parse(DisplayName, name))).toBe(false);
});

test('[SESSION-7] a reserved name stays reserved with look-alikes in place of any letters', () => {
	const like: Record<string, string[]> = {
		...{
			a: ['a', 'A', 'а', 'α', 'ａ', '𝐚', '4', '@', 'á', 'ᴀ'],
			e: ['e', 'Е', 'е', '3', 'ｅ', 'é'],
			d: ['d', 'D', 'ԁ', 'ⅾ']
		},
		...{
			i: ['i', 'I', 'l', '1', '!', '|', 'ı', 'і', 'ί'],
			o: ['o', '0', 'О', 'ο', 'о', 'ö', 'ø', '𝟎'],
			p: ['p', 'р', 'Ρ', 'ｐ']
		},
		...{
			r: ['r', 'R', 'г', '𝗿'],
			t: ['t', 'Т', '7', 'τ'],
			m: ['m', 'M', 'М', 'rn', 'ｍ'],
			n: ['n', 'N', 'ո', 'ñ'],
			g: ['g', 'ɡ', 'q', '9']
		}
	};
	const between = fc.constantFrom('', '', '', ' ', '.', '_', '\u200b', '\u00ad', '\u0332');
	const name = fc
		.constantFrom('admin', 'operator', 'digda', 'root', 'moderator')
		.chain((word) =>
			fc.tuple(...Array.from(word, (letter) => fc.tuple(fc.constantFrom(...(like[letter] ?? [letter])), between)))
		);
	fc.assert(
		fc.property(name, fc.constantFrom('', 'The ', 'official '), fc.nat(99), (letters, before, number) => {
			expect(isReservedName(`${before}${letters.flat().join('')}${number}`)).toBe(true);
		}),
		{ numRuns: 2_000 }
	);
});

test('a cleaned name stays the same when it is cleaned again, and within its bytes', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
			const parsed = v.safeParse(DisplayName, typed);
			if (!parsed.success) return;
			expect(v.parse(DisplayName, parsed.output)).toBe(parsed.output);
			expect(new TextEncoder().encode(parsed.output).length).toBeLessThanOrEqual(MAX_DISPLAY_NAME_BYTES);
		})
	);
});

test.for([
	['Team Room', 'team-room'],
	['  팀\u3000 회의 \u00a0실 ', '팀-회의-실'],
	['a - b', 'a---b']
])('[ROOM-1] accepts the spaces of a name and turns each run into a hyphen: %j', ([text = '', name]) => {
	expect(v.parse(RoomId, text)).toBe(name);
	expect(v.parse(RoomId, name)).toBe(name);
});

test.for([
	['Team-R', 'teamr'],
	[' 회 의-', '회의'],
	['\u1112\u116c', '회'],
	['a\u0000\ud800_b', 'a_b'],
	['', '']
])('[ROOM-6] folds a query for rooms: %j', ([text = '', query]) => {
	expect(v.parse(RoomQuery, text)).toBe(query);
});
