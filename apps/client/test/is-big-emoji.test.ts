import { expect, test } from 'vitest';
import { isBigEmoji } from '#lib/text/is-big-emoji.ts';

test.for(['🐹', ' 🎉 \n🎉', '🇰🇷🇺🇸', '👩‍👩‍👧‍👦', '1️⃣#️⃣', '👍🏽👍', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👩🏽‍❤️‍💋‍👨🏿'.repeat(3)])(
	'one to three emoji are big: %s',
	(text) => {
		expect(isBigEmoji(text)).toBe(true);
	}
);

test.for(['', ' ', '1', '123', '#', '🐹a', '1🐹', 'ㅋㅋ', '가🎉', '©', '\u200d', '🇰', '**🐹**', ':)', '🐹🐹🐹🐹'])(
	'a text with anything else, or with more, is not big: %j',
	(text) => {
		expect(isBigEmoji(text)).toBe(false);
	}
);

test('a long text is not big', () => {
	expect(isBigEmoji(`🐹${' '.repeat(100)}`)).toBe(true);
	expect(isBigEmoji(`🐹${' '.repeat(200)}`)).toBe(false);
});
