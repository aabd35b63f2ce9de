import { parentPort, workerData } from 'node:worker_threads';
import { StoreRejection } from '../store.ts';
import { createAppend } from './append.ts';
import type { Answer, Calls, Started, ToWorker, WorkerStart } from './calls.ts';
import { createChanges } from './changes.ts';
import { createConsume } from './consume.ts';
import { createHistory } from './history.ts';
import { openDatabase, openToRead, reopenDatabase } from './open-database.ts';
import { createRetention } from './retention.ts';
import { createRevocations } from './revocations.ts';
import { createDetails } from './details.ts';
import { createRooms } from './rooms.ts';
import { createSessions } from './sessions.ts';
import { isBroken, isPassing } from './sqlite-error.ts';

// A thread with the database open, to write or only to read. Both sides exchange JSON, which is cheaper than structured
// clones. The thread answers one call after another. An error that it throws ends it.

if (!parentPort) throw new Error('this file must run as a worker thread');
const port = parentPort;

function send(message: Started | Answer): void {
	port.postMessage(JSON.stringify(message));
}

try {
	// `SqliteStore` alone starts this thread.
	serve(workerData as WorkerStart);
} catch (error) {
	if (!(error instanceof StoreRejection)) throw error;
	send({ rejection: error.message });
}

function open({ file, epoch, isReader = false }: WorkerStart) {
	if (epoch === undefined) return openDatabase(file);
	return isReader ? openToRead(file, epoch) : reopenDatabase(file, epoch);
}

function serve(start: WorkerStart): void {
	const { database, epoch } = open(start);
	const calls: Calls = {
		append: createAppend(database),
		...createConsume(database),
		...createChanges(database),
		...createHistory(database),
		...createDetails(database),
		...createRooms(database),
		...createRevocations(database),
		...createSessions(database),
		...createRetention(database)
	};

	port.on('message', (text: string) => {
		const message = JSON.parse(text) as ToWorker;
		if (message === 'close') {
			database.close();
			port.close();
			return;
		}
		const { id, method, args } = message;
		try {
			// A call carries the arguments of its method.
			const run = calls[method] as (...args: unknown[]) => unknown;
			send({ id, value: run(...args) });
		} catch (error) {
			// An open transaction means that the rollback failed.
			if (database.isTransaction || isBroken(error)) throw error;
			const failure = error instanceof Error ? error.message : String(error);
			send({ id, failure, isUnavailable: isPassing(error) });
		}
	});
	send({ epoch });
}
