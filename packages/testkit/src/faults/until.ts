import { setTimeout as pause } from 'node:timers/promises';

/** The default deadline of a wait in milliseconds, long enough for a busy machine. */
export const DEADLINE_MS = 20_000;

const POLL_MS = 10;

/**
 * Polls until a condition holds.
 * @param unmet returns a text about the missing condition, or undefined when it holds
 * @throws after the deadline, with the last text
 */
export async function until(
	unmet: () => string | undefined | Promise<string | undefined>,
	deadlineMs: number = DEADLINE_MS
): Promise<void> {
	const start = performance.now();
	for (;;) {
		const missing = await unmet();
		if (missing === undefined) return;
		if (performance.now() - start > deadlineMs) {
			throw new Error(`not within ${deadlineMs} ms: ${missing}`);
		}
		await pause(POLL_MS);
	}
}

/**
 * Waits for a promise up to a deadline.
 * @throws after the deadline, with the name of the wait
 */
export async function within<Value>(
	what: string,
	promise: Promise<Value>,
	deadlineMs: number = DEADLINE_MS
): Promise<Value> {
	const late = new AbortController();
	try {
		return await Promise.race([
			promise,
			pause(deadlineMs, undefined, { signal: late.signal }).then(() => {
				throw new Error(`not within ${deadlineMs} ms: ${what}`);
			})
		]);
	} finally {
		late.abort();
	}
}

/** How long `happens` waits for a condition that an earlier fault may prevent, in milliseconds. */
const PATIENCE_MS = 300;

/** Waits for a condition that need not come. @returns whether it came */
export async function happens(
	isThere: () => boolean | Promise<boolean>,
	patienceMs: number = PATIENCE_MS
): Promise<boolean> {
	try {
		await until(async () => ((await isThere()) ? undefined : 'nothing'), patienceMs);
		return true;
	} catch {
		return false;
	}
}
