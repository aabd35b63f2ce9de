import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createLogger } from '../src/log.ts';
import { respond } from '../src/socket/respond.ts';

test('a handler that throws is logged and answered with internal, its message kept to itself', async () => {
	const lines: string[] = [];
	const destination = { write: (line: string) => lines.push(line) };
	const log = createLogger('error', { isTerminal: false, destination });
	const listener = respond(log, v.string(), () => {
		throw new Error('the secret path');
	});

	listener('text');
	const reply = await new Promise((resolve) => listener('text', resolve));

	expect(reply).toEqual({ ok: false, error: { code: 'internal', message: 'the server failed' } });
	expect(lines).toHaveLength(2);
	expect(lines[0]).toContain('the secret path');
});
