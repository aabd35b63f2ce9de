import { Worker } from 'node:worker_threads';

/** First come those who want to come back. */
const DELAY_MS = 10_000;

/**
 * Checks a database thoroughly while it is used, in a thread of its own.
 * @param onDamage is called with one line for the person who runs the server, when it is damaged
 */
export function checkLater(file: string, onDamage: (finding: string) => void, delayMs = DELAY_MS): void {
	setTimeout(() => {
		const thread = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: file });
		thread.once('message', onDamage);
		// A check that cannot be made says nothing about the database.
		thread.once('error', () => undefined);
		thread.unref();
	}, delayMs).unref();
}
