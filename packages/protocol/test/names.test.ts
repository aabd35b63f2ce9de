import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DisplayName, MAX_DISPLAY_NAME_BYTES, MAX_ROOM_NAME_CODE_POINTS, RoomId, RoomName } from '../src/index.ts';
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

test.for(['', ' ', 'a b', 'a/b', 'a.b', '~secret', 'a~', '#a', '😀', '\u0000', 'x'.repeat(65), 7, null, {}])(
	'[ROOM-1] %j is no name of a room',
	(name) => {
		expect(v.is(RoomName, name)).toBe(false);
	}
);

test('[ROOM-1] a private room is ~ and 128 bits in base64url', () => {
	expect(v.is(RoomId, '~AAAAAAAAAAAAAAAAAAAA-_')).toBe(true);
	expect(v.is(RoomId, '~short')).toBe(false);
	expect(v.parse(RoomId, 'Lobby')).toBe('lobby');
});

test('[ROOM-1] whatever is typed, the name of a room is its own form', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (typed) => {
			const parsed = v.safeParse(RoomName, typed);
			if (!parsed.success) return;
			expect(v.parse(RoomName, parsed.output)).toBe(parsed.output);
			expect(Array.from(parsed.output).length).toBeLessThanOrEqual(MAX_ROOM_NAME_CODE_POINTS);
		})
	);
});

test('a name of 32 graphemes fits, one more does not, and a family counts as one', () => {
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

test('[SESSION-7] a name is one line and cannot turn the text around it', () => {
	expect(v.parse(DisplayName, '  수달\n \u202e otter\u0007 ')).toBe('수달 otter');
});

test('[SESSION-7] [ROOM-1] a name has no towers of marks', () => {
	const tower = `o${'\u0301'.repeat(60)}tter`;
	expect(v.parse(DisplayName, tower)).toBe(`ó${'\u0301'.repeat(8)}tter`);
	expect(v.parse(RoomName, tower)).toBe(`ó${'\u0301'.repeat(8)}tter`);
});

test.for([
	...['admin', 'Administrator', 'MODERATOR', 'system', 'server', 'digda', 'root', 'support'],
	...['관리자', '운영자', '시스템', '서버', '공지', '서버'.normalize('NFD')],
	...['A d m i n', 'Ａｄｍｉｎ', 'ad\u200bmin', 'ad\u3164min', '[admin]', '🐹 digda!', 'a\u0332dmin', 'ⓡⓞⓞⓣ', '공_지']
])('[SESSION-7] the name %s is reserved', (name) => {
	expect(isReservedName(v.parse(DisplayName, name))).toBe(true);
});

test.for(['Quiet Otter', 'Adminka', 'administer', 'admin2', '서버실 수달', '관리', 'Ada', '수달', '🐹', 'a'])(
	'[SESSION-7] the name %s is not reserved',
	(name) => {
		expect(isReservedName(name)).toBe(false);
	}
);

test('whatever is typed, a name is its own form and within its bytes', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
			const parsed = v.safeParse(DisplayName, typed);
			if (!parsed.success) return;
			expect(v.parse(DisplayName, parsed.output)).toBe(parsed.output);
			expect(new TextEncoder().encode(parsed.output).length).toBeLessThanOrEqual(MAX_DISPLAY_NAME_BYTES);
		})
	);
});
