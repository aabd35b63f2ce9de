import { parentPort, workerData } from 'node:worker_threads';
import { DamagedDatabase, inspect } from './inspect.ts';

// The thread that checks a large database; it says one thing or nothing.

try {
	// `checkLater` starts this thread, with nothing else.
	inspect(workerData as string, 'thorough');
} catch (error) {
	if (!(error instanceof DamagedDatabase)) throw error;
	parentPort?.postMessage(error.message);
}
