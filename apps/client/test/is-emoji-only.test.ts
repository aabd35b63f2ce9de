import { expect, test } from 'vitest';
import { isEmojiOnly } from '#lib/text/is-emoji-only.ts';

test.for(['🐹', ' 🎉 \n🎉', '🇰🇷🇺🇸', '👩‍👩‍👧‍👦', '1️⃣#️⃣', '👍🏽👍', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'])('nothing but emoji: %s', (text) => {
	expect(isEmojiOnly(text)).toBe(true);
});

test.for(['', ' ', '1', '123', '#', '🐹a', '1🐹', 'ㅋㅋ', '가🎉', '©', '\u200d', '🇰', '**🐹**', ':)'])(
	'more or less than emoji: %j',
	(text) => {
		expect(isEmojiOnly(text)).toBe(false);
	}
);

test('what is long is no gesture: it is not looked at', () => {
	expect(isEmojiOnly('🐹'.repeat(100))).toBe(true);
	expect(isEmojiOnly('🐹'.repeat(101))).toBe(false);
});
