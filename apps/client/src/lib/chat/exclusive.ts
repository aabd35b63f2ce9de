import type { Exclusive } from '@digda/sync';

/** A tab that holds a lock for longer than this is stuck. */
const STEAL_AFTER_MS = 30_000;

/**
 * Runs something while no other tab runs under the same name. Where there are no locks (on plain http) or the browser
 * denies them (with site data blocked) it just runs: whoever calls it can bear that.
 */
export async function inTurn(name: string, run: () => Promise<void>, options: LockOptions = {}): Promise<void> {
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

/** The same, and a lock that is not given back in time is taken away. */
export const exclusive: Exclusive = async (name, run) => {
	try {
		await inTurn(name, run, { signal: AbortSignal.timeout(STEAL_AFTER_MS) });
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
		await inTurn(name, run, { steal: true });
	}
};
