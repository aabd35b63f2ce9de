/**
 * How long tests wait. To be spread into a project's `test`. Whoever waits for an event waits for
 * `EVENT_PATIENCE_MS` and no longer: a hang costs that once, and a test that is green waits for none of it.
 */
function patience(testTimeout: number, eventMs: number) {
	return {
		testTimeout,
		hookTimeout: 2 * testTimeout,
		expect: { poll: { timeout: eventMs } },
		// Read below, in the processes in which tests run.
		env: { EVENT_PATIENCE_MS: String(eventMs) }
	};
}

/** For what `pnpm test` runs. */
export const FAST = patience(20_000, 10_000);

/** For what runs with all the rest of it on a machine that has more to do. */
export const DEEP = patience(60_000, 30_000);

/** How long a test waits for one event, in milliseconds. */
export const EVENT_PATIENCE_MS = Number(process.env['EVENT_PATIENCE_MS'] ?? FAST.env.EVENT_PATIENCE_MS);
