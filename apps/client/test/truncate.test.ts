import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate } from '#lib/text/truncate.ts';

test.for([
	[`xxxxx @수달 ${'a'.repeat(189)}😀😀😀`, `xxxxx @수달 ${'a'.repeat(189)}…`],
	[`${'가'.repeat(199)}👩‍👩‍👧`, `${'가'.repeat(199)}…`],
	[`${'a'.repeat(198)}🇰🇷`, `${'a'.repeat(198)}…`],
	[`${'a'.repeat(198)}e\u0301x`, `${'a'.repeat(198)}…`],
	['👍🏽'.repeat(50), '👍🏽'.repeat(50)],
	['👍🏽'.repeat(51), `${'👍🏽'.repeat(49)}…`],
	['안녕', '안녕']
] as const)('%j is cut between characters', ([text, cut]) => {
	expect(truncate(text, 200)).toBe(cut);
});

test('a truncated text is well-formed and never too long', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, maxLength) => {
			const cut = truncate(text, maxLength);
			expect(cut.length).toBeLessThanOrEqual(maxLength);
			expect(cut.isWellFormed()).toBe(text.isWellFormed());
			expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true);
		})
	);
});
