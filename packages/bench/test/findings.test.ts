import { expect, test } from 'vitest';
import type { Figures } from '../src/results/figures.ts';
import { medianOf, ratioOf, summarise, type Finding } from '../src/results/findings.ts';
import type { WorkloadName } from '../src/workloads.ts';

const ECHO = 'echo, 50 × 10';

function finding(subject: string, figures: Figures, workload: WorkloadName = ECHO): Finding {
	return { workload, subject, primary: 'cpuUsPerMessage', figures };
}

test('a row has the median of its rounds and the median of their deviations', () => {
	const rows = summarise([10, 30, 11, 13, 12].map((cpuUsPerMessage) => finding('digda', { cpuUsPerMessage })));

	expect(rows).toHaveLength(1);
	expect(rows[0]?.middles).toEqual({ cpuUsPerMessage: { median: 12, deviation: 1 } });
	expect(rows[0]?.rounds.map(({ cpuUsPerMessage }) => cpuUsPerMessage)).toEqual([10, 30, 11, 13, 12]);
});

test('rows have the order of the first round, whatever the order of the others', () => {
	const rows = summarise([
		...['blog', 'digda', 'digda', 'blog'].map((subject) => finding(subject, { p50Ms: 1 })),
		finding('blog', { p50Ms: 1 }, 'echo, 200 × 1')
	]);

	expect(rows.map(({ workload, subject }) => [workload, subject])).toEqual([
		[ECHO, 'blog'],
		[ECHO, 'digda'],
		['echo, 200 × 1', 'blog']
	]);
});

test('a figure that some rounds lack has the median of the others', () => {
	const rows = summarise([finding('digda', { p50Ms: 2 }), finding('digda', {}), finding('digda', { p50Ms: 4 })]);

	expect(medianOf(rows, ECHO, 'digda', 'p50Ms')).toBe(3);
});

test('a ratio is a quotient of medians, and undefined without both', () => {
	const rows = summarise([
		...[1, 2, 9].map((p50Ms) => finding('digda', { p50Ms })),
		...[4, 4, 5].map((p50Ms) => finding('blog', { p50Ms }))
	]);

	expect(ratioOf(rows, ECHO, 'p50Ms', ['digda', 'blog'])).toBe(0.5);
	expect(ratioOf(rows, ECHO, 'p50Ms', ['digda', 'bun'])).toBeUndefined();
	expect(ratioOf(rows, ECHO, 'p99Ms', ['digda', 'blog'])).toBeUndefined();
});
