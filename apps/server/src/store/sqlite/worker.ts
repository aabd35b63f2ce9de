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
import { createRooms } from './rooms.ts';
import { createSessions } from './sessions.ts';
import { isBroken, isPassing } from './sqlite-error.ts';

// A thread that has the database open, to write or to read alone. Both sides speak JSON, which is cheaper than a copy of
// objects. It answers one call after the other; an error that it throws is its end.

if (!parentPort) throw new Error('this file is the start of a thread');
const port = parentPort;

function tell(what: Started | Answer): void {
	port.postMessage(JSON.stringify(what));
}

try {
	// SqliteStore starts this thread, with nothing else.
	serve(workerData as WorkerStart);
} catch (error) {
	if (!(error instanceof StoreRejection)) throw error;
	tell({ rejection: error.message });
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
			tell({ id, value: run(...args) });
		} catch (error) {
			// A transaction that is still open could not be rolled back.
			if (database.isTransaction || isBroken(error)) throw error;
			const failure = error instanceof Error ? error.message : String(error);
			tell({ id, failure, isUnavailable: isPassing(error) });
		}
	});
	tell({ epoch });
}
