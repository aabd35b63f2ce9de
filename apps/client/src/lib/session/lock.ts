import type { Exclusive } from '@digda/sync';

/** A tab that holds a lock for longer counts as stuck. */
const STEAL_AFTER_MS = 30_000;

/**
 * Runs a function while it holds a lock, which all tabs share. It runs without a lock on plain http and when the browser blocks
 * site data. Its callers tolerate that.
 */
async function runLocked(name: string, run: () => Promise<void>, options: LockOptions): Promise<void> {
	// The type says that `locks` always exists.
	const locks = navigator.locks as LockManager | undefined;
	const state = { hasStarted: false };
	const begin = () => {
		state.hasStarted = true;
		return run();
	};
	try {
		await locks?.request(name, options, begin);
	} catch (error) {
		const isDenied = error instanceof DOMException && error.name === 'SecurityError';
		if (state.hasStarted || !isDenied) throw error;
	}
	if (!state.hasStarted) await begin();
}

/** Waits for the lock without a timeout. */
export const lock: Exclusive = (name, run) => runLocked(name, run, {});

/** Waits for the lock, and steals it from a stuck tab. */
export const lockOrSteal: Exclusive = async (name, run) => {
	try {
		await runLocked(name, run, { signal: AbortSignal.timeout(STEAL_AFTER_MS) });
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
		await runLocked(name, run, { steal: true });
	}
};
