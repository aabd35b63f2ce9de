import { parentPort, workerData } from 'node:worker_threads';
import { DamagedDatabase, inspect } from './inspect.ts';

// The thread that checks a large database. It posts a message only about damage.

try {
	// `checkLater` alone starts this thread.
	inspect(workerData as string, 'thorough');
} catch (error) {
	if (!(error instanceof DamagedDatabase)) throw error;
	parentPort?.postMessage(error.message);
}
