import type { Exclusive } from '@digda/sync';

/** A tab that holds a lock for longer than this is stuck. */
const STEAL_AFTER_MS = 30_000;

/**
 * Runs something while no other tab runs under the same name. Where there are no locks, on plain http, it just runs:
 * whoever calls it can bear that.
 */
export async function inTurn(
	name: string,
	run: () => Promise<void>,
	options: LockOptions = {}
): Promise<void> {
	// The types say that it is always there.
	const locks = navigator.locks as LockManager | undefined;
	await (locks ? locks.request(name, options, run) : run());
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
