/** The results of tests. */
export interface Outcome {
	passed: number;
	failed: number;
	/** The number of tests that do not apply to this machine. */
	skipped: number;
	/** One text for each failure, with its place. */
	failures: string[];
}

export const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** A failure outside of any test. */
export const failure = (words: string): Outcome => ({ ...NOTHING, failed: 1, failures: [words] });

export function sum(outcomes: readonly Outcome[]): Outcome {
	return outcomes.reduce(
		(total, each) => ({
			passed: total.passed + each.passed,
			failed: total.failed + each.failed,
			skipped: total.skipped + each.skipped,
			failures: [...total.failures, ...each.failures]
		}),
		NOTHING
	);
}

/** The last line of a run, with its totals. */
export const lastLine = ({ passed, failed }: Outcome): string => `${passed} passed, ${failed} failed`;
