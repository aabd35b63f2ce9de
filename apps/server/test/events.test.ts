import { expect, test } from 'vitest';
import { createLogger } from '../src/log.ts';
import { toRejection } from '../src/socket/events.ts';

test('an unexpected error is logged, and answered with internal and without its message', () => {
	const lines: string[] = [];
	const destination = { write: (line: string) => lines.push(line) };
	const log = createLogger('error', { isTerminal: false, destination });

	expect(toRejection(log, new Error('the secret path'))).toEqual({ code: 'internal', message: 'the server failed' });

	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('the secret path');
});
