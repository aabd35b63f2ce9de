/**
 * The time-outs of tests, to be spread into a project's `test`. A wait for an event lasts at most `EVENT_PATIENCE_MS`.
 * A hang costs this time once, and a green test never waits for it.
 */
function patience(testTimeout: number, eventMs: number) {
	return {
		testTimeout,
		hookTimeout: 2 * testTimeout,
		expect: { poll: { timeout: eventMs } },
		// The processes that run tests read this below.
		env: { EVENT_PATIENCE_MS: String(eventMs) }
	};
}

/** For the tests of `pnpm test`. */
export const FAST = patience(20_000, 10_000);

/** For tests that run beside all others on a busier machine. */
export const DEEP = patience(60_000, 30_000);

/** The longest wait of a test for one event, in milliseconds. */
export const EVENT_PATIENCE_MS = Number(process.env['EVENT_PATIENCE_MS'] ?? FAST.env.EVENT_PATIENCE_MS);
