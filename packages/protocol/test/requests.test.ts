import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
	cleanText,
	countFitting,
	DisplayName,
	ENTRY_KINDS,
	excerptOf,
	JoinRoom,
	LeaveRoom,
	ListRooms,
	MarkRead,
	MAX_MENTIONS,
	MAX_PACKET_BYTES,
	MAX_PACKET_MESSAGES,
	MAX_REACTION_NAMES,
	MAX_REACTIONS,
	ReadHistory,
	Rename,
	RoomText,
	SetTyping,
	wireBytes,
	type Entry,
	type Message,
	type Reaction
} from '../src/index.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const SCHEMAS = {
	JoinRoom,
	LeaveRoom,
	ListRooms,
	MarkRead,
	ReadHistory,
	Rename,
	SetTyping,
	...Object.fromEntries(Object.values(ENTRY_KINDS).map(({ request, payload }) => [request, payload]))
};

test('[REQ-2] a schema never throws, and accepts its own output', () => {
	const nested = fc.anything({ withNullPrototype: true, withBigInt: true });
	const field = fc.oneof(
		nested,
		fc.constantFrom('lobby', ID, 'text', '❤', { author: 'x', id: ID }, 0, 1, -1, 1.5, true)
	);
	const payload = fc.record(
		{
			...{ room: field, id: field, text: field, after: field, before: field, seq: field, limit: field },
			...{ target: field, emoji: field, isSet: field, replyTo: field, mentions: field }
		},
		{ requiredKeys: [] }
	);
	fc.assert(
		fc.property(fc.oneof(nested, payload), (value) => {
			for (const schema of Object.values(SCHEMAS)) {
				const parsed = v.safeParse(schema, value);
				if (parsed.success) expect(v.parse(schema, parsed.output)).toEqual(parsed.output);
			}
		}),
		{ numRuns: 1_000 }
	);
});

test.for([
	{},
	{ before: 1, after: 1 },
	{ before: 1, around: 1 },
	{ before: -1 },
	{ before: 1.5 },
	{ before: 2 ** 53 },
	{ before: '1' },
	{ after: 1, limit: 0 },
	{ after: 1, limit: 201 }
])('[READ-1] %j is no range of history:read', (range) => {
	expect(v.is(ReadHistory, { room: 'lobby', ...range })).toBe(false);
});

test.for(['', 'x', ID.toUpperCase(), `${ID} `, 7, null])('[SEND-2] %j is no id', (id) => {
	const content = { target: { author: 'x', id: ID }, text: 'x', emoji: '👍', isSet: true };
	for (const { payload } of Object.values(ENTRY_KINDS)) {
		expect(v.is(payload, { room: 'lobby', id, ...content })).toBe(false);
		expect(v.is(payload, { room: 'lobby', id: ID, ...content })).toBe(true);
	}
});

test.for([
	['a\r\nb\rc', 'a\nb\nc'],
	['\u0000a\u0007\tb \n ', 'a\tb'],
	['한글'.normalize('NFD'), '한글'],
	['\ud800', '\ufffd'],
	['👨‍👩‍👧', '👨‍👩‍👧'],
	['a\u202eb\u202ac\u2066d\u2069e', 'abcde'],
	['שלום \u200fabc\u200e \u061c', 'שלום \u200fabc\u200e \u061c'],
	[`Z${'\u0300'.repeat(200)}algo`, `Z${'\u0300'.repeat(8)}algo`],
	[`Z${'\u0300\u200d'.repeat(20)}`, `Z${'\u0300\u200d'.repeat(8)}`],
	// Composing splits each of these into two marks.
	['a' + '\u0344'.repeat(9), 'ä' + '\u0301\u0308'.repeat(4)]
] as const)('[SEND-7] %j is stored as %j', ([typed, stored]) => {
	expect(v.parse(RoomText, typed)).toBe(stored);
});

test.for([
	['Vietnamese', 'Tiếng Việt được giữ nguyên: ễ ộ ự ặ'],
	['Thai', 'ที่นี่ น้ำ กรุ๊ป ผู้ใหญ่'],
	['Hebrew with points and accents', 'בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים'],
	['Arabic with points', 'بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ'],
	['Tibetan', 'ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ། བསྒྲུབས་ རྐྱཻཾ'],
	['Devanagari', 'क्षत्रियों ने स्त्रियों को श्रीः ज्ज्ञ्ञों'],
	['Burmese', 'ကျွန်ုပ်တို့ မြန်မာ'],
	['old Hangul', '\u1112\u119e\u11ab\u1100\u1161\u11a8'.normalize('NFC')],
	['Persian with joiners', 'می\u200cخواهم'],
	['emoji', '❤️‍🔥 👩🏽‍❤️‍💋‍👨🏿 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏳️‍🌈 ☝🏽 ©️']
] as const)('[SEND-7] %s is stored as it is typed', ([, text]) => {
	expect(v.parse(RoomText, text)).toBe(text.normalize('NFC'));
});

test.for(['\ufe0f', '\u034f', '\u3164 \uffa0\u115f', '\u{e0067}\u{e007f}', '\u2800', '\u202e', '\u180b \u17b4'])(
	'[SEND-7] %j is invisible and no text of a message',
	(text) => {
		expect(v.is(RoomText, text)).toBe(false);
	}
);

test.for(['', ' \n ', '\u200b', '\u0000', '가'.repeat(4_001), '\u0958'.repeat(2_001), 7])(
	'[SEND-7] %j is no text of a message',
	(text) => {
		expect(v.is(RoomText, text)).toBe(false);
	}
);

/** Runs of marks that compose, decompose, move or stand alone, with other characters between them. */
const TOWERS = fc.string({
	unit: fc.constantFrom(
		...Array.from(
			'aक가ᄀ\u0300\u0301\u0308\u0323\u0344\u0958\u093c\u09c7\u09be\u0f71\u0f73\u1161\u11a8\u200d\u202e\ufe0f\u034f\u0334\u0345\u{16d63}\u{16d67}\u{16d68}\u{1d15f} \n'
		)
	),
	minLength: 8,
	maxLength: 80
});

test('[SEND-7] cleaning twice changes nothing', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), TOWERS), (text) => {
			const cleaned = cleanText(text);
			expect(cleanText(cleaned)).toBe(cleaned);
			expect(cleaned.normalize('NFC')).toBe(cleaned);
			expect(cleaned).not.toMatch(/\p{M}{9}/u);
		}),
		{ numRuns: 3_000 }
	);
});

const AUTHOR = { id: ID, name: '수달'.repeat(10) };
const PLACE = { seq: 123_456_789, id: ID, author: AUTHOR, sentAt: 1.7e12, said: 123_456_789 };

function message(text: string, more: Partial<Message> = {}): Message {
	return { ...PLACE, text, changed: 123_456_789, ...more };
}

const texts = fc.string({ unit: 'binary' }).map(cleanText);
const names = fc
	.string({ unit: 'binary', maxLength: 60 })
	.filter((name) => v.is(DisplayName, name))
	.map((name) => v.parse(DisplayName, name));
const mentionLists = fc.array(
	names.map((name) => ({ id: 'x'.repeat(64), name })),
	{ maxLength: MAX_MENTIONS }
);
const emojis = fc.constantFrom('👍', '❤️', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👨🏻‍🐰‍👨🏿');

test('[REQ-4] a message is never larger on the wire than calculated', () => {
	const reaction: fc.Arbitrary<Reaction> = fc.record({
		emoji: emojis,
		count: fc.constantFrom(1, 123_456_789),
		people: fc.array(
			names.map((name) => ({ id: ID, name })),
			{ maxLength: MAX_REACTION_NAMES }
		),
		isMine: fc.constant(true as const)
	});
	const reactions = fc.array(reaction, { maxLength: MAX_REACTIONS });
	fc.assert(
		fc.property(texts, names, reactions, mentionLists, (text, name, reactions, mentions) => {
			const author = { id: ID, name };
			const quote = { ...PLACE, author, text: excerptOf(text), changed: 123_456_789, isDeleted: true as const };
			const more = { author, editedAt: 1.7e12, isDeleted: true as const, reactions, mentions, quote };
			const item = message(text, more);
			expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThanOrEqual(wireBytes(item));
		})
	);
});

test('[REQ-4] an entry is never larger on the wire than calculated', () => {
	const target = { author: ID, id: ID, seq: 123_456_789 };
	fc.assert(
		fc.property(texts, names, emojis, mentionLists, (text, name, emoji, mentions) => {
			const place = { ...PLACE, author: { id: ID, name } };
			const entries: Entry[] = [
				{ kind: 'message', ...place, text, mentions, quote: { ...place, text: excerptOf(text), changed: 123_456_789 } },
				{ kind: 'edit', ...place, target, text, mentions },
				{ kind: 'delete', ...place, target },
				{ kind: 'reaction', ...place, target, emoji, isSet: false },
				{ kind: 'topic', ...place, text, isDeleted: true }
			];
			expect(entries.map(({ kind }) => kind)).toEqual(Object.keys(ENTRY_KINDS));
			for (const entry of entries) {
				expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThanOrEqual(wireBytes(entry));
			}
		})
	);
});

test('[REQ-4] a packet holds at least one message and at most MAX_PACKET_MESSAGES', () => {
	expect(countFitting([])).toBe(0);
	expect(countFitting([message('가'.repeat(4_000))])).toBe(1);
	expect(countFitting(Array.from({ length: 300 }, () => message('x')))).toBe(MAX_PACKET_MESSAGES);
	const large = Array.from({ length: 300 }, () => message('가'.repeat(4_000)));
	const count = countFitting(large);
	expect(Buffer.byteLength(JSON.stringify(large.slice(0, count)))).toBeLessThan(MAX_PACKET_BYTES);
	expect(count).toBeGreaterThan(10);
});
