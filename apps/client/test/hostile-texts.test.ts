import { expect, test, vi } from 'vitest';
import { pairsOf, processorTime, superlinear } from '../../../packages/protocol/test/support/growth.ts';
import { hostileTexts } from '../../../packages/protocol/test/support/hostile-texts.ts';
import { hueOf, initialsOf } from '#lib/person/mark.ts';
import { isBigEmoji } from '#lib/text/is-big-emoji.ts';
import { readLink } from '#lib/text/link.ts';
import { mentionsIn } from '@digda/sync';
import { parseText } from '#lib/text/parse-text.ts';

// On a busy machine, doubtful cases are measured again in CPU time, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

/** More names than the page uses, which is only the reader's. */
const NAMES = ['Ada', '수달', 'http', '@', '* a *', '_', '\u0301'];
const MENTIONS = NAMES.map((name) => ({ id: name, name }));

/** All functions of the page that read the text of another person. */
const READERS: [string, (text: string) => unknown][] = [
	['parseText', (text) => parseText(text, MENTIONS)],
	['isBigEmoji', isBigEmoji],
	['mentionsIn', (text) => mentionsIn(text, NAMES)],
	['mentionsIn, by a hostile name', (text) => mentionsIn('hi @Ada, look', [text.slice(0, text.length / 80)])],
	['readLink', readLink],
	['hueOf', hueOf],
	['initialsOf', initialsOf]
];

const PAIRS = pairsOf(hostileTexts);

test.for(READERS)('[SEND-8] the cost to read a hostile text grows with its length alone: %s', ([, read]) => {
	for (const [made, texts] of PAIRS) expect(superlinear(read, texts), made).toBe(undefined);
});

/** The time limit for a text as long as a message: about a frame, with a margin for slow machines. */
const MESSAGE_MS = 50;

test.for(READERS)('[SEND-8] a hostile text as long as a message costs a few milliseconds at most: %s', ([, read]) => {
	for (const [made, [text]] of PAIRS)
		expect(
			processorTime(() => read(text), 0),
			made
		).toBeLessThan(MESSAGE_MS);
});
