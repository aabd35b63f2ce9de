import type { Finding } from '../results/findings.ts';

/** One step of each round. */
export interface Step {
	name: string;
	run: () => Promise<Finding[]>;
}

/** Steps that are measured in the same rounds, so that other load of the machine affects all of them. */
export interface Workload {
	name: string;
	/** The most connections of a server. */
	connections: number;
	/** The preparation before the first round. */
	prepare?: Step;
	steps: readonly Step[];
	/** Ends the processes of the workload. */
	end?: () => Promise<void>;
}

/** The steps of a round. Each round begins with another step. */
export function rotated<Item>(items: readonly Item[], round: number): Item[] {
	const first = items.length === 0 ? 0 : round % items.length;
	return [...items.slice(first), ...items.slice(0, first)];
}
