import { cpus } from 'node:os';
import type { Rival } from '../rivals.ts';
import type { Scale } from '../scale.ts';
import { summarise, type Finding, type Row } from './findings.ts';
import { TARGETS } from './targets.ts';
import { judge, type Outcome } from './judge.ts';

/** The report of a whole run. */
export interface Report {
	/** The end of the run, as ISO 8601. */
	date: string;
	node: string;
	cpu: { model: string; count: number };
	/** The versions of the servers. */
	versions: Record<string, string>;
	scale: Scale;
	rows: Row[];
	targets: Outcome[];
}

export function createReport(findings: readonly Finding[], scale: Scale, rivals: readonly Rival[]): Report {
	const rows = summarise(findings);
	const processors = cpus();
	return {
		date: new Date().toISOString(),
		node: process.version,
		cpu: { model: processors[0]?.model ?? 'unknown', count: processors.length },
		versions: Object.fromEntries(rivals.map(({ name, version }) => [name, version])),
		...{ scale, rows },
		targets: judge(rows, TARGETS)
	};
}
