/** What came of tests. */
export interface Outcome {
	passed: number;
	failed: number;
	/** Those that say themselves that they do not concern this machine. */
	skipped: number;
	/** What failed, in words, each with its place. */
	failures: string[];
}

export const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** A failure that is no test's. */
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

/** The line that says it all, and the last one of a run. */
export const lastLine = ({ passed, failed }: Outcome): string => `${passed} passed, ${failed} failed`;
