import type { Exclusive } from '@digda/sync';

/** A tab that holds a lock for longer is stuck. */
const STEAL_AFTER_MS = 30_000;

/**
 * Runs something while no other tab runs under the same name. Where there are no locks (on plain http) or the browser denies them
 * (with site data blocked) it just runs: its callers can bear that.
 */
async function runLocked(name: string, run: () => Promise<void>, options: LockOptions): Promise<void> {
	// The types say that it is always there.
	const locks = navigator.locks as LockManager | undefined;
	const turn = { hasBegun: false };
	const begin = () => {
		turn.hasBegun = true;
		return run();
	};
	try {
		await locks?.request(name, options, begin);
	} catch (error) {
		const isDenied = error instanceof DOMException && error.name === 'SecurityError';
		if (turn.hasBegun || !isDenied) throw error;
	}
	if (!turn.hasBegun) await begin();
}

/** Waits for the lock as long as it takes. */
export const lock: Exclusive = (name, run) => runLocked(name, run, {});

/** Takes the lock away from a tab that is stuck. */
export const lockOrSteal: Exclusive = async (name, run) => {
	try {
		await runLocked(name, run, { signal: AbortSignal.timeout(STEAL_AFTER_MS) });
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
		await runLocked(name, run, { steal: true });
	}
};
