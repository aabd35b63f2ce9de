import { expect, test } from 'vitest';
import { drawChart } from '../src/results/chart.ts';
import { formatNumber } from '../src/results/figures.ts';
import { judge } from '../src/results/judge.ts';
import { formatRows, formatTargets } from '../src/results/table.ts';
import { TARGETS } from '../src/results/targets.ts';
import { rowsOf } from './support/rows.ts';

const ROWS = rowsOf('20 senders into 500', 'cpuUsPerDelivery', { blog: 25, digda: 1, bun: 0.75 });

test.each([
	[0.0456, '0.0456'],
	[1, '1.00'],
	[99.94, '99.9'],
	[187_692.3, '187,692']
])('%d is written %s', (value, text) => {
	expect(formatNumber(value)).toBe(text);
});

test('the table has a line for each server, and its ratio to the first of the workload', () => {
	const lines = formatRows([...ROWS, ...rowsOf('idle, one room each', 'rssBytesPerConnection', { blog: 10_240 })])
		.split('\n')
		.map((line) => line.split(/ {2,}/));

	expect(lines.slice(1)).toEqual([
		['20 senders into 500', 'blog', '25.0', 'µs/delivery'],
		['', 'digda', '1.00', 'µs/delivery', '0.0400'],
		['', 'bun', '0.750', 'µs/delivery', '0.0300'],
		['idle, one room each', 'blog', '10.0', 'KiB/connection']
	]);
});

test('the list has each measured target with its value, and counts the others', () => {
	const [first, ...rest] = formatTargets(judge(ROWS, TARGETS)).split('\n');

	expect(first?.split(/ {2,}/)).toEqual(['✓', '20 senders into 500: CPU ÷ blog', '0.0400', '≤', '0.0800']);
	expect(rest).toEqual([`not measured: ${TARGETS.length - 1}`]);
});

test('the chart is an SVG on white with the cost of each server relative to the blog', () => {
	const svg = drawChart(ROWS) ?? '';

	expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
	expect(svg).toMatch(/<rect width="860" height="\d+" x="0" y="0" fill="#ffffff">/);
	for (const text of ['20 senders into 500', 'digda', '>0.040<', 'Bun', '>0.030<']) expect(svg).toContain(text);
	expect(svg).not.toContain('bare ws');
});

test('a chart needs the server of the blog and another one', () => {
	expect(drawChart(ROWS.filter(({ subject }) => subject !== 'blog'))).toBeUndefined();
	expect(drawChart(ROWS.filter(({ subject }) => subject === 'blog'))).toBeUndefined();
});
