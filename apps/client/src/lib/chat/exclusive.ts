import type { Exclusive } from '@digda/sync';

/** A tab that holds a lock for longer than this is stuck. */
const STEAL_AFTER_MS = 30_000;

/**
 * Runs something while no other tab runs under the same name. Where there are no locks, on plain http, it just runs:
 * whoever calls it can bear that.
 */
export const exclusive: Exclusive = async (name, run) => {
	// The types say that it is always there.
	const locks = navigator.locks as LockManager | undefined;
	if (!locks) {
		await run();
		return;
	}
	try {
		await locks.request(name, { signal: AbortSignal.timeout(STEAL_AFTER_MS) }, run);
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
		await locks.request(name, { steal: true }, run);
	}
};
