import * as v from 'valibot';
import { expect, test } from 'vitest';
import * as limits from '../src/limits.ts';
import * as names from '../src/names.ts';
import { ADDRESS_SHARE, ECHO_RATE, MAX_REQUESTS_IN_FLIGHT, SESSION_RATES } from '../src/rates.ts';
import { RemoveMember, RoomName, Revoke } from '../src/index.ts';
import { RoomText } from '../src/text.ts';

test('the limits are those of the documentation', () => {
	expect({ ...limits }).toEqual({
		...{ MAX_TEXT_CODE_POINTS: 4_000, MAX_TEXT_BYTES: 16_384 },
		...{ MAX_ROOM_NAME_CODE_POINTS: 64, MAX_ROOM_TITLE_CODE_POINTS: 64 },
		...{ MAX_DISPLAY_NAME_GRAPHEMES: 32, MAX_DISPLAY_NAME_BYTES: 128 },
		...{
			MAX_PRIVATE_MEMBERS: 500,
			MAX_INVITATIONS: 50,
			MAX_ROOMS_PER_USER: 50,
			MAX_DIRECT_ROOMS: 200,
			MAX_BLOCKED: 500
		},
		...{ MIN_INVITATION_MS: 60_000, MAX_INVITATION_MS: 2_592_000_000, MAX_INVITATION_USES: 500 },
		...{ MAX_LISTED_MEMBERS: 50, MAX_LISTED_ROOMS: 200, MAX_FOUND_ROOMS: 50, PAGE_SIZE: 50 },
		...{ MAX_PACKET_MESSAGES: 200, MAX_PACKET_BYTES: 262_144, MAX_CLIENT_PAYLOAD_BYTES: 65_536 },
		...{
			MAX_HELD_MESSAGES: 300,
			MAX_REACTIONS: 20,
			MAX_REACTION_NAMES: 3,
			MAX_QUOTE_CODE_POINTS: 140,
			MAX_MENTIONS: 20,
			MAX_TOPIC_CODE_POINTS: 120,
			MAX_VERSIONS: 100,
			MAX_REACTORS: 100
		},
		...{ HEADS_INTERVAL_MS: 15_000, PRESENCE_BATCH_MS: 1_000 },
		...{ TYPING_INTERVAL_MS: 3_000, TYPING_EXPIRY_MS: 5_000, READ_MARK_INTERVAL_MS: 2_000 }
	});
	expect(SESSION_RATES).toEqual({
		send: { burst: 10, perSecond: 5 },
		react: { burst: 20, perSecond: 5 },
		ask: { burst: 100, perSecond: 20 }
	});
	expect(ECHO_RATE).toEqual({ burst: 1_000, perSecond: 200 });
	expect({ ADDRESS_SHARE, MAX_REQUESTS_IN_FLIGHT }).toEqual({ ADDRESS_SHARE: 20, MAX_REQUESTS_IN_FLIGHT: 16 });
});

// Cleaning removes blanks at the end, so that a long value becomes short.
test.for([
	['a text', RoomText, 8_000],
	['a title', names.RoomTitle, 256],
	['a name of a person', names.DisplayName, 512]
] as const)('%s is rejected for its length before it is cleaned', ([, schema, most]) => {
	expect(v.is(schema, 'x'.padEnd(most))).toBe(true);
	expect(v.is(schema, 'x'.padEnd(most + 1))).toBe(false);
});

test('a title has at most 64 characters', () => {
	for (const character of ['a', '가', '🐹']) {
		expect(v.is(names.RoomTitle, character.repeat(64))).toBe(true);
		expect(v.is(names.RoomTitle, character.repeat(65))).toBe(false);
	}
});

test('a name of few characters but more than 128 bytes is rejected', () => {
	const family = '👨‍👩‍👧‍👦'; // 25 bytes
	expect(v.is(names.DisplayName, family.repeat(5))).toBe(true);
	expect(v.is(names.DisplayName, family.repeat(6))).toBe(false);
});

test('the name of a room is rejected for its length before it is composed', () => {
	// Composing keeps eight marks of a run, so that a long value becomes short.
	const tower = (length: number) => 'o'.padEnd(length, '\u0301');
	expect(v.is(RoomName, tower(256))).toBe(true);
	expect(v.is(RoomName, tower(257))).toBe(false);
});

test('an identifier of the server has at most 64 characters', () => {
	const [fits, tooLong] = ['a'.repeat(64), 'a'.repeat(65)];
	expect(v.is(RemoveMember, { room: 'lobby', userId: fits })).toBe(true);
	expect(v.is(RemoveMember, { room: 'lobby', userId: tooLong })).toBe(false);
	expect(v.is(Revoke, { room: 'lobby', invitation: fits })).toBe(true);
	expect(v.is(Revoke, { room: 'lobby', invitation: tooLong })).toBe(false);
});
