import { expect, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { LimitedLog } from '../../src/limits/LimitedLog.ts';
import type { LogLine } from '@digda/testkit/server/ServerProcess.ts';

/** A bucket that gains nothing while a test runs. */
const once = (burst: number) => ({ burst, perSecond: 0.000_1 });

function startLog(level: 'info' | 'error' = 'info') {
	const lines: LogLine[] = [];
	const destination = { write: (line: string) => lines.push(JSON.parse(line) as LogLine) };
	const log = createLogger(level, { isTerminal: false, destination });
	let leftOut = 0;
	const limits = { subject: 'failures', perAddress: once(3), total: once(5) };
	const limited = new LimitedLog(log, limits, () => (leftOut += 1));
	return { lines, limited, leftOut: () => leftOut };
}

test('an address has a share of the log, and all addresses have a total', () => {
	const { lines, limited, leftOut } = startLog();
	for (let count = 0; count < 10; count += 1) limited.warn({}, 'one', 'a');
	for (let count = 0; count < 10; count += 1) limited.warn({}, 'other', 'b');
	for (let count = 0; count < 10; count += 1) limited.warn({}, 'third', 'c');
	expect(lines.map(({ msg }) => msg)).toEqual(['one', 'one', 'one', 'other', 'other']);
	expect(leftOut()).toBe(25);
});

test('the number of dropped lines is reported once, within a second or on request', async () => {
	const { lines, limited } = startLog();
	for (let count = 0; count < 1_237; count += 1) limited.error({ err: new Error('it fails') }, 'A handler failed');
	limited.report();
	limited.report();
	expect(lines.slice(3)).toMatchObject([{ level: 50, leftOut: 1_234, msg: '1,234 more failures were not logged' }]);
	limited.info({}, 'one more');
	await expect.poll(() => lines.at(-1)).toMatchObject({ level: 30, leftOut: 1 });
	expect(lines).toHaveLength(5);
});

test('a line below the level of the log is neither logged nor counted', () => {
	const { lines, limited, leftOut } = startLog('error');
	for (let count = 0; count < 10; count += 1) limited.info({}, 'one', 'a');
	limited.report();
	expect(lines).toEqual([]);
	expect(leftOut()).toBe(0);
	limited.error({}, 'A handler failed', 'a');
	expect(lines).toHaveLength(1);
});
