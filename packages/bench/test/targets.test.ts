import { describe, expect, test } from 'vitest';
import { farOff, farOffEachTime, judge, MOST_RUNS } from '../src/results/judge.ts';
import { TARGETS } from '../src/results/targets.ts';
import { rowsOf } from './support/rows.ts';

/** The outcome of one target, by its name. */
function outcomeOf(rows: Parameters<typeof judge>[0], name: string) {
	const outcome = judge(rows, TARGETS).find((target) => target.name === name);
	expect(outcome, name).toBeDefined();
	return outcome;
}

test('a ratio is met up to its bound', () => {
	const rows = (digda: number) => rowsOf('echo, 50 × 10', 'cpuUsPerMessage', { blog: 10, digda });

	expect(outcomeOf(rows(6), 'echo, 50 × 10: CPU ÷ blog')).toMatchObject({ value: 0.6, isMet: true });
	expect(outcomeOf(rows(6.1), 'echo, 50 × 10: CPU ÷ blog')).toMatchObject({ isMet: false });
});

test('a rate is met from its bound upwards', () => {
	const name = 'durable send, 64 senders: acknowledged';
	const rows = (digda: number) => rowsOf('durable send, 64 senders', 'messagesPerSecond', { digda });

	expect(outcomeOf(rows(10_000), name)).toMatchObject({ isMet: true });
	expect(outcomeOf(rows(9_999), name)).toMatchObject({ isMet: false });
});

test('a large room is compared with a small one', () => {
	const rows = rowsOf('history, page around', 'p50Ms', { 'small room': 2, 'large room': 3.5 });

	expect(outcomeOf(rows, 'history, page around: large room ÷ small room')).toMatchObject({ value: 1.75, isMet: false });
});

test('a target without a measurement is neither met nor missed', () => {
	const outcomes = judge([], TARGETS);

	expect(new Set(outcomes.map(({ isMet }) => isMet))).toEqual(new Set([undefined]));
	expect(farOff(outcomes)).toEqual([]);
});

test('a ratio is far off beyond its room for noise, and a time never is', () => {
	const far = [
		...rowsOf('1 sender into 500', 'cpuUsPerDelivery', { blog: 10, digda: 15.5 }),
		...rowsOf('20 senders into 500', 'cpuUsPerDelivery', { blog: 100, digda: 16.5 }),
		...rowsOf('restart, all come back at once', 'untilEqualMs', { digda: 60_000 })
	];

	const outcomes = judge(far, TARGETS);

	expect(outcomes.filter(({ isMet }) => isMet === false)).toHaveLength(3);
	expect(farOff(outcomes).map(({ name }) => name)).toEqual(['20 senders into 500: CPU ÷ blog']);
});

describe('repeated measurements', () => {
	const outcomes = (ratio: number) =>
		judge(rowsOf('20 senders into 500', 'cpuUsPerDelivery', { blog: 100, digda: ratio * 100 }), TARGETS);

	test.each([
		['a good ratio is not far off', [0.1], 0],
		['a ratio that is far off once is noise', [0.3, 0.1], 0],
		['a ratio that is far off in all runs but the last is noise', [0.3, 0.3, 0.1], 0],
		['a ratio that is far off in each run is a finding', [0.3, 0.2, 0.4], 1]
	])('%s', async (_name, ratios, found) => {
		const left = ratios.map(outcomes);
		const measure = () => left.shift() ?? [];

		const off = await farOffEachTime(measure(), () => Promise.resolve(measure()));

		expect(off).toHaveLength(found);
		expect(left).toEqual([]);
		expect(ratios.length).toBeLessThanOrEqual(MOST_RUNS);
	});

	test('different ratios that are far off in each run are noise', async () => {
		const other = judge(rowsOf('echo, 50 × 10', 'cpuUsPerMessage', { blog: 10, digda: 20 }), TARGETS);

		expect(await farOffEachTime(outcomes(0.3), () => Promise.resolve(other))).toEqual([]);
	});
});

test('each ratio, and no other target, has room for noise', () => {
	for (const { name, unit, roomForNoise } of TARGETS) {
		expect(roomForNoise === undefined, name).toBe(unit !== undefined);
	}
});
