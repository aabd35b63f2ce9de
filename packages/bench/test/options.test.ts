import { expect, test } from 'vitest';
import { OptionsError, parseOptions } from '../src/options.ts';

test('the defaults measure everything with the usual rounds, and check no ratio', () => {
	expect(parseOptions([])).toMatchObject({ quick: false, rounds: undefined, only: '', check: false });
});

test('each option is parsed', () => {
	expect(parseOptions(['--quick', '--check', '--rounds', '7', '--only', 'echo', '--out=docs'])).toEqual({
		...{ quick: true, check: true, rounds: 7 },
		...{ only: 'echo', out: 'docs' }
	});
});

test.each([
	[['--rounds', '0'], '--rounds is "0": expected a whole number from 1 to 999'],
	[['--rounds', '2.5'], '--rounds is "2.5"'],
	[['--rounds'], '--rounds'],
	[['--fast'], '--fast'],
	[['echo'], 'echo']
])('%j is rejected in one line', (args, message) => {
	expect(() => parseOptions(args)).toThrow(OptionsError);
	expect(() => parseOptions(args)).toThrow(message);
	expect(() => parseOptions(args)).not.toThrow('\n');
});
