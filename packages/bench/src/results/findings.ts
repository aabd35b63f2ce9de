import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { WorkloadName } from '../workloads.ts';
import type { FigureName, Figures } from './figures.ts';

/** A measurement of one round: of a server, or of a reference. */
export interface Finding {
	workload: WorkloadName;
	subject: string;
	/** The figure by which the subjects of the workload are compared. */
	primary: FigureName;
	figures: Figures;
}

/** The median of the rounds, and the median of their absolute deviations. */
export interface Middle {
	median: number;
	deviation: number;
}

/** One subject under one workload, over all rounds. */
export interface Row extends Omit<Finding, 'figures'> {
	rounds: Figures[];
	middles: Partial<Record<FigureName, Middle>>;
}

/** Combines the rounds. Rows have the order of their first findings. */
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

/** The median of a figure of one subject divided by that of another, undefined where either is missing. */
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
