import { expect, test } from 'vitest';
import { isEmojiOnly } from '#lib/text/is-emoji-only.ts';
import { parseText } from '#lib/text/parse-text.ts';
import { hostileTexts } from './support/texts.ts';

/** Fifty times the longest text: what takes the square of its length takes many seconds, what does not some ms. */
const LENGTH = 200_000;
const LIMIT_MS = 1_000;

const NAMES = ['Ada', '수달', 'http', '@', '* a *'];

test.for(hostileTexts(LENGTH))('the time to read a hostile text grows with its length alone: %s', ([, text]) => {
	for (const read of [(text: string) => parseText(text, NAMES), isEmojiOnly]) {
		// The time of the processor: others may keep it busy.
		const start = process.cpuUsage();
		read(text);
		expect(process.cpuUsage(start).user / 1_000).toBeLessThan(LIMIT_MS);
	}
});
