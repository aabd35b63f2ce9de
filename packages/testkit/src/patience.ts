/**
 * How long tests of all packages wait for an event, in milliseconds: a machine may be slow, and whoever waits for time
 * instead fails there. To be spread into a project's `test`.
 */
export const PATIENCE = {
	testTimeout: 60_000,
	hookTimeout: 60_000,
	expect: { poll: { timeout: 30_000 } }
};
