import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createLogger } from '../src/log.ts';

/** Logs one text and answers with what was written. */
async function logged(isTerminal: boolean, text: string): Promise<string> {
	const destination = new PassThrough();
	createLogger('info', { isTerminal, destination }).info(text);
	const [written] = (await once(destination, 'data')) as [Buffer];
	return written.toString();
}

const FORGERY = 'hi\n[12:00:00] INFO: forged \u001b[2J \u202e \u2028 end';

test('on a terminal a message is one readable line that cannot forge another', async () => {
	const line = await logged(true, `📟 Message from client: ${FORGERY}`);
	expect(stripVTControlCharacters(line)).toMatch(
		/^\[\d\d:\d\d:\d\d\] INFO: 📟 Message from client: hi\\u000a\[12:00:00\] INFO: forged \\u001b\[2J \\u202e \\u2028 end\n$/
	);
});

test('elsewhere a message is one line of JSON', async () => {
	const line = await logged(false, FORGERY);
	expect(line.indexOf('\n')).toBe(line.length - 1);
	expect(JSON.parse(line)).toMatchObject({ level: 30, msg: FORGERY });
});
