import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { WorkloadName } from '../workloads.ts';
import type { FigureName, Figures } from './figures.ts';

/** What was measured in one round: of a server, or of what it is held against. */
export interface Finding {
	workload: WorkloadName;
	subject: string;
	/** The figure by which the subjects of the workload are compared. */
	primary: FigureName;
	figures: Figures;
}

/** The middle of the rounds, and how far they lie from it: the median of the absolute deviations. */
export interface Middle {
	median: number;
	deviation: number;
}

/** One subject under one workload, over all rounds. */
export interface Row extends Omit<Finding, 'figures'> {
	rounds: Figures[];
	middles: Partial<Record<FigureName, Middle>>;
}

/** Brings the rounds together; rows come in the order in which their first findings came. */
export function summarise(findings: readonly Finding[]): Row[] {
	const groups = Map.groupBy(findings, ({ workload, subject }) => JSON.stringify([workload, subject]));
	return [...groups.values()].flatMap((group) => {
		const [first] = group;
		if (!first) return [];
		const { workload, subject, primary } = first;
		const rounds = group.map(({ figures }) => figures);
		return [{ workload, subject, primary, rounds, middles: middlesOf(rounds) }];
	});
}

function middlesOf(rounds: readonly Figures[]): Row['middles'] {
	const names = new Set(rounds.flatMap((figures) => Object.keys(figures) as FigureName[]));
	const middles: Row['middles'] = {};
	for (const name of names) {
		const values = rounds.flatMap((figures) => figures[name] ?? []);
		middles[name] = { median: median(values), deviation: medianAbsoluteDeviation(values) };
	}
	return middles;
}

/** The median of a figure of one subject divided by that of another, undefined where one was not measured. */
export function ratioOf(
	rows: readonly Row[],
	workload: WorkloadName,
	figure: FigureName,
	[subject, base]: readonly [string, string]
): number | undefined {
	const value = medianOf(rows, workload, subject, figure);
	const whole = medianOf(rows, workload, base, figure);
	return value === undefined || whole === undefined ? undefined : value / whole;
}

/** The median of a figure, undefined where it was not measured. */
export function medianOf(
	rows: readonly Row[],
	workload: WorkloadName,
	subject: string,
	figure: FigureName
): number | undefined {
	return rows.find((row) => row.workload === workload && row.subject === subject)?.middles[figure]?.median;
}
