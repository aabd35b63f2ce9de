import { Worker } from 'node:worker_threads';

/**
 * Checks a database thoroughly while it is used, in a thread of its own.
 * @param onDamage is called with one line for the person who runs the server, when it is damaged
 */
export function checkLater(file: string, onDamage: (finding: string) => void, delayMs: number): void {
	setTimeout(() => {
		const thread = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: file });
		thread.once('message', onDamage);
		// A check that cannot be made says nothing about the database.
		thread.once('error', () => undefined);
		thread.unref();
	}, delayMs).unref();
}
