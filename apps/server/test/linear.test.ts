import { expect, test, vi } from 'vitest';
import { pairsOf, superlinear } from '../../../packages/protocol/test/support/growth.ts';
import { hostileTexts } from '../../../packages/protocol/test/support/hostile-texts.ts';
import { createLogger, escapeControls } from '../src/log.ts';
import { guestName } from '../src/sessions/guest-name.ts';
import { hash } from '../src/sessions/secret.ts';

// On a busy machine a doubtful measurement is repeated by processor time, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

const [terminal, service] = [true, false].map((isTerminal) =>
	createLogger('info', { isTerminal, destination: { write: () => undefined } })
);

/** The server's own work on texts of clients. `packages/protocol` tests the rest. */
const READERS: [string, (text: string) => unknown][] = [
	['escapeControls', (text) => escapeControls(text)],
	['a line of the log', (text) => service?.info({ text }, text)],
	['a line of the log on a terminal', (text) => terminal?.info({ text }, text)],
	['guestName', guestName],
	['hash', hash]
];

const PAIRS = pairsOf(hostileTexts);

test.for(READERS)('[SEND-8] the cost to read a hostile text grows with its length alone: %s', ([, read]) => {
	for (const [made, texts] of PAIRS) expect(superlinear(read, texts), made).toBe(undefined);
});
