import { rotated, type Workload } from './measure/step.ts';
import type { Progress } from './progress.ts';
import type { Finding } from './results/findings.ts';

/** The number of steps of a plan that `run` reports. */
export function countSteps(plan: readonly Workload[], rounds: number): number {
	return plan.reduce((sum, { prepare, steps }) => sum + (prepare ? 1 : 0) + rounds * steps.length, 0);
}

/** Measures one workload after the other, in rounds. */
export async function run(plan: readonly Workload[], rounds: number, progress: Progress): Promise<Finding[]> {
	const findings: Finding[] = [];
	for (const { name, prepare, steps, end } of plan) {
		if (prepare) {
			progress.begin(`${name}: ${prepare.name}`);
			await prepare.run();
		}
		try {
			for (let round = 0; round < rounds; round += 1) {
				for (const step of rotated(steps, round)) {
					progress.begin(`${name}: ${step.name}, round ${round + 1}`);
					findings.push(...(await step.run()));
				}
			}
		} finally {
			await end?.();
		}
	}
	return findings;
}
