import { parentPort, workerData } from 'node:worker_threads';
import { checkPages, DamagedDatabase } from './inspect.ts';

// The thread that checks a large database; it says one thing or nothing.

try {
	// `checkLater` starts this thread, with nothing else.
	checkPages(workerData as string);
} catch (error) {
	if (!(error instanceof DamagedDatabase)) throw error;
	parentPort?.postMessage(error.message);
}
