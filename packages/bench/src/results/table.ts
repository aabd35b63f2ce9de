import { FIGURES, formatNumber, type FigureName } from './figures.ts';
import { ratioOf, type Row } from './findings.ts';
import type { Outcome } from './judge.ts';

type Side = 'left' | 'right';

/** Every subject under every workload, with the ratio to the first one of the workload. */
export function formatRows(rows: readonly Row[]): string {
	const others: FigureName[] = ['messagesPerSecond', 'deliveriesPerSecond', 'p50Ms', 'p99Ms'];
	const header = ['workload', 'server', 'median', '', '', 'ratio', 'messages/s', 'deliveries/s', 'p50 ms', 'p99 ms'];
	const lines = rows.map((row, index) => {
		const { workload, subject, primary } = row;
		return [
			rows[index - 1]?.workload === workload ? '' : workload,
			subject,
			formatFigure(row, primary),
			formatDeviation(row),
			FIGURES[primary].unit,
			formatRatio(rows, row),
			...others.map((name) => formatFigure(row, name))
		];
	});
	const texts: Side[] = ['left', 'left', 'right', 'left', 'left'];
	return align([header, ...lines], texts);
}

/** Every measured target with its value and its bound. */
export function formatTargets(outcomes: readonly Outcome[]): string {
	const lines = outcomes.flatMap(({ name, unit = '', value, bound, isFloor, isMet }) => {
		if (value === undefined) return [];
		return [[isMet ? '✓' : '✗', name, formatNumber(value), isFloor ? '≥' : '≤', formatNumber(bound), unit]];
	});
	const missing = outcomes.length - lines.length;
	const table = align(lines, ['left', 'left', 'right', 'left', 'right', 'left']);
	return missing > 0 ? `${table}\nnot measured: ${missing}` : table;
}

function formatFigure({ middles }: Row, name: FigureName): string {
	const middle = middles[name];
	return middle ? formatNumber(middle.median / FIGURES[name].size) : '';
}

/** The deviation of a row, empty for a single round. */
function formatDeviation({ primary, rounds, middles }: Row): string {
	const middle = middles[primary];
	return middle && rounds.length > 1 ? `± ${formatNumber(middle.deviation / FIGURES[primary].size)}` : '';
}

function formatRatio(rows: readonly Row[], { workload, subject, primary }: Row): string {
	const first = rows.find((row) => row.workload === workload)?.subject;
	if (first === undefined || first === subject) return '';
	const ratio = ratioOf(rows, workload, primary, [subject, first]);
	return ratio === undefined ? '' : formatNumber(ratio);
}

/** Pads the columns to a common width. Cells are aligned as numbers by default. */
function align(lines: readonly (readonly string[])[], sides: readonly Side[]): string {
	const widths = lines.reduce<number[]>(
		(widest, cells) => cells.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
		[]
	);
	const pad = (cell: string, column: number) => {
		const width = widths[column] ?? 0;
		return sides[column] === 'left' ? cell.padEnd(width) : cell.padStart(width);
	};
	return lines.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n');
}
