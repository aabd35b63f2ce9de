import { setTimeout as pause } from 'node:timers/promises';

/** How long anything may take that is only waited for; generous, because a machine can be busy. */
export const DEADLINE_MS = 20_000;

const POLL_MS = 10;

/**
 * Polls until a condition holds.
 * @param unmet answers with what is still missing, or undefined when nothing is
 * @throws after the deadline, with what was missing last
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
 * Waits for a promise, but not for ever.
 * @throws after the deadline, with what was waited for
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

/** How long is waited for what may never come, because of an earlier fault. */
const PATIENCE_MS = 300;

/** Waits for something that need not come. @returns whether it came */
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
