import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createLogger, type Logger } from '../src/log.ts';

/** Logs a text, or calls a function with the log. @returns the written bytes as text */
async function logged(isTerminal: boolean, what: string | ((log: Logger) => void)): Promise<string> {
	const destination = new PassThrough();
	const log = createLogger('info', { isTerminal, destination });
	if (typeof what === 'string') log.info(what);
	else what(log);
	const [written] = (await once(destination, 'data')) as [Buffer];
	return written.toString();
}

const FORGERY = 'hi\n[12:00:00] INFO: forged \u001b[2J \u202e \u2028 \u0085 \u009b2J \u007f \u2066 end';

test('a message on a terminal is one readable line that cannot forge another', async () => {
	const line = await logged(true, `📟 Message from client: ${FORGERY}`);
	expect(stripVTControlCharacters(line)).toMatch(
		/^\[\d\d:\d\d:\d\d\] INFO: 📟 Message from client: hi\\u000a\[12:00:00\] INFO: forged \\u001b\[2J \\u202e \\u2028 \\u0085 \\u009b2J \\u007f \\u2066 end\n$/
	);
});

test('a message elsewhere is one line of JSON', async () => {
	const line = await logged(false, FORGERY);
	expect(line.indexOf('\n')).toBe(line.length - 1);
	expect(JSON.parse(line)).toMatchObject({ level: 30, msg: FORGERY });
});

/** Characters that a terminal or a file viewer could interpret: controls, line breaks, directions. */
const RAW = /[[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]--[\n]]/v;

test.for<[string, (log: Logger) => void]>([
	['a field', (log) => log.info({ reason: FORGERY }, 'closed')],
	['the name of a field', (log) => log.info({ [FORGERY]: 1 }, 'closed')],
	['a field in a field', (log) => log.info({ origin: { host: [FORGERY] } }, FORGERY)],
	['an error as text', (log) => log.info({ error: FORGERY }, 'failed')],
	['an error', (log) => log.error({ err: new Error(FORGERY) }, 'failed')],
	['the cause of an error', (log) => log.error({ err: new Error('a', { cause: new Error(FORGERY) }) }, 'failed')],
	['the code of an error', (log) => log.error({ err: Object.assign(new Error('a'), { code: FORGERY }) }, 'failed')],
	['a thrown value that is no error', (log) => log.error({ err: FORGERY }, 'failed')],
	['an error instead of a message', (log) => log.error(new Error(FORGERY))]
])('%s can neither forge nor hide a line', async ([, log]) => {
	const readable = await logged(true, log);
	const lines = stripVTControlCharacters(readable).trimEnd().split('\n');
	expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\] (INFO|ERROR): /);
	for (const line of lines.slice(1)) expect(line).toMatch(/^ {4,}(err: |error: |at |caused by: |\{)/);
	// The colours are the log's own.
	// eslint-disable-next-line no-control-regex -- see above
	expect(readable.replace(/\u001b\[\d\dm/g, '')).not.toMatch(RAW);
	expect(readable.includes('forged')).toBe(true);

	const json = await logged(false, log);
	expect(json.indexOf('\n')).toBe(json.length - 1);
	expect(json).not.toMatch(RAW);
	expect(JSON.parse(json)).toHaveProperty('msg');
});

test('the texts of an error are bounded', async () => {
	const err = Object.assign(new Error('x'.repeat(1_000_000)), { detail: '\u2028'.repeat(1_000_000) });
	const json = await logged(false, (log) => log.error({ err }, 'failed'));
	expect(json.length).toBeLessThan(60_000);
	const { message, detail } = (JSON.parse(json) as { err: Record<string, string> }).err;
	expect(message).toBe(`${'x'.repeat(4_000)}… (1,000,000 characters)`);
	expect(detail).toBe(`${'\u2028'.repeat(4_000)}… (1,000,000 characters)`);
});

test('an error on a terminal has its frames and its further fields', async () => {
	const err = Object.assign(new RangeError('too far'), { code: 'FAR' });
	const lines = (await logged(true, (log) => log.error({ err }, 'failed'))).split('\n');
	expect(lines[1]).toBe('    err: RangeError: too far');
	expect(lines[2]).toMatch(/^ +at .*log\.test\.ts/);
	expect(lines.join()).toContain('{"code":"FAR"}');
});
