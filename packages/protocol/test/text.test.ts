import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { countCodePoints, isMessageText, MAX_TEXT_BYTES, MAX_TEXT_CODE_POINTS, MessageText } from '../src/index.ts';

test('a text has at most 4,000 code points', () => {
	for (const character of ['a', '가', '🐹']) {
		expect(isMessageText(character.repeat(MAX_TEXT_CODE_POINTS))).toBe(true);
		expect(isMessageText(character.repeat(MAX_TEXT_CODE_POINTS + 1))).toBe(false);
	}
});

test('a value that is no string is rejected with a message that does not repeat it', () => {
	const hostile = { toString: 1, constructor: { name: '<b>' } };
	for (const value of [undefined, null, 42, true, [], ['x'], {}, hostile]) {
		const result = v.safeParse(MessageText, value);
		expect(result.issues?.[0].message).toBe('the text is not a string');
	}
});

test('exactly the strings within both limits are accepted', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string({ unit: 'grapheme', maxLength: 5_000, size: 'max' }),
				fc.anything({ withBigInt: true, withNullPrototype: true })
			),
			(value) => {
				const isWithin =
					typeof value === 'string' &&
					countCodePoints(value) <= MAX_TEXT_CODE_POINTS &&
					new TextEncoder().encode(value).byteLength <= MAX_TEXT_BYTES;
				expect(isMessageText(value)).toBe(isWithin);
			}
		)
	);
});
