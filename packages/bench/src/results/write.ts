import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawChart } from './chart.ts';
import type { Report } from './report.ts';

/** Writes the figures, and the chart if there is one, to a directory. @returns the files */
export function writeReport(report: Report, directory: string): string[] {
	mkdirSync(directory, { recursive: true });
	const files = { 'benchmark.json': `${JSON.stringify(report, null, 2)}\n`, 'benchmark.svg': drawChart(report.rows) };
	return Object.entries(files).flatMap(([name, text]) => {
		if (text === undefined) return [];
		writeFileSync(join(directory, name), text);
		return [join(directory, name)];
	});
}
