import type { Finding } from '../results/findings.ts';

/** One thing that is done in each round. */
export interface Step {
	name: string;
	run: () => Promise<Finding[]>;
}

/** Steps that are done side by side, so that what the machine does meanwhile is done to all of them. */
export interface Workload {
	name: string;
	/** How many connections a server has at most. */
	connections: number;
	/** What has to be there before the first round. */
	prepare?: Step;
	steps: readonly Step[];
	/** Ends what was started for it. */
	end?: () => Promise<void>;
}

/** The steps of a round: each round begins with another one. */
export function rotated<Item>(items: readonly Item[], round: number): Item[] {
	const first = items.length === 0 ? 0 : round % items.length;
	return [...items.slice(first), ...items.slice(0, first)];
}
