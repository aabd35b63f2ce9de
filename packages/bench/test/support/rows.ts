import type { FigureName, Figures } from '../../src/results/figures.ts';
import { summarise, type Row } from '../../src/results/findings.ts';
import type { WorkloadName } from '../../src/workloads.ts';

/** The rows of one round in which each subject had one figure under one workload. */
export function rowsOf(workload: WorkloadName, primary: FigureName, values: Record<string, number>): Row[] {
	return summarise(
		Object.entries(values).map(([subject, value]) => {
			const figures: Figures = { [primary]: value };
			return { workload, subject, primary, figures };
		})
	);
}
