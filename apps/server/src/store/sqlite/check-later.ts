import { Worker } from 'node:worker_threads';

/**
 * Checks a database in use thoroughly, in a separate thread.
 * @param onDamage is called with one line for the operator if it is damaged
 */
export function checkLater(file: string, onDamage: (finding: string) => void, delayMs: number): void {
	setTimeout(() => {
		const thread = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: file });
		thread.once('message', onDamage);
		// A check that fails to run does not show damage.
		thread.once('error', () => undefined);
		thread.unref();
	}, delayMs).unref();
}
