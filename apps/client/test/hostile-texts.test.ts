import { expect, test, vi } from 'vitest';
import { pairsOf, processorTime, superlinear } from '../../../packages/protocol/test/support/growth.ts';
import { hostileTexts } from '../../../packages/protocol/test/support/hostile-texts.ts';
import { hueOf, markOf } from '#lib/person/mark.ts';
import { isEmojiOnly } from '#lib/text/is-emoji-only.ts';
import { readLink } from '#lib/text/link.ts';
import { isMentioned, mentionsIn } from '@digda/sync';
import { parseText } from '#lib/text/parse-text.ts';

// On a busy machine what is in doubt is measured by the time of the processor, which takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** More than a page passes: it knows one name, the reader's. */
const NAMES = ['Ada', '수달', 'http', '@', '* a *', '_', '\u0301'];

/** Every function of the page that reads a text of somebody else. */
const READERS: [string, (text: string) => unknown][] = [
	['parseText', (text) => parseText(text, NAMES)],
	['isEmojiOnly', isEmojiOnly],
	['mentionsIn', (text) => mentionsIn(text, NAMES)],
	['isMentioned', (text) => isMentioned(text, 'Ada')],
	['isMentioned, by a hostile name', (text) => isMentioned('hi @Ada, look', text.slice(0, text.length / 80))],
	['readLink', readLink],
	['hueOf', hueOf],
	['markOf', markOf]
];

const PAIRS = pairsOf(hostileTexts);

test.for(READERS)('[SEND-8] the cost to read a hostile text grows with its length alone: %s', ([, read]) => {
	for (const [made, texts] of PAIRS) expect(superlinear(read, texts), made).toBe(undefined);
});

/** A text of the length of a message is read within a frame, with room for a slow machine. */
const MESSAGE_MS = 50;

test.for(READERS)('[SEND-8] a hostile text as long as a message costs a few milliseconds at most: %s', ([, read]) => {
	for (const [made, [text]] of PAIRS)
		expect(
			processorTime(() => read(text), 0),
			made
		).toBeLessThan(MESSAGE_MS);
});
