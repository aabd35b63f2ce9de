import { Worker } from 'node:worker_threads';
import { StoreRejection, StoreUnavailable, type Store } from '../store.ts';
import type { Answer, Method, Started, ToWorker, WorkerStart } from './calls.ts';
import { isDamaged } from './sqlite-error.ts';

interface Pending {
	resolve: (value: never) => void;
	reject: (error: Error) => void;
}

/** Starts a thread that opens the database. */
export function startWorker(workerData: WorkerStart): Worker {
	return new Worker(new URL('./worker.ts', import.meta.url), { workerData });
}

/** The reason why a thread ended, and whether the database is damaged. */
export interface Ending {
	reason: string;
	isDamage: boolean;
}

/** A worker thread with the database open, for as long as the thread lives. */
export class DatabaseThread {
	readonly epoch: string;
	/** Resolves when the thread has ended. Every call is settled by then. */
	readonly ended: Promise<Ending>;
	readonly #worker: Worker;
	readonly #pending = new Map<number, Pending>();
	#calls = 0;
	#hasEnded = false;

	private constructor(worker: Worker, epoch: string) {
		this.#worker = worker;
		this.epoch = epoch;
		worker.on('message', (answer: string) => this.#settle(JSON.parse(answer) as Answer));
		let ending: Ending = { reason: 'the database thread ended', isDamage: false };
		worker.on('error', (error: unknown) => {
			ending = { reason: error instanceof Error ? error.message : String(error), isDamage: isDamaged(error) };
		});
		this.ended = new Promise((resolve) => {
			worker.on('exit', () => {
				this.#hasEnded = true;
				for (const { reject } of this.#pending.values()) reject(new StoreUnavailable(ending.reason));
				this.#pending.clear();
				resolve(ending);
			});
		});
	}

	/**
	 * Waits until a worker has opened the database.
	 * @throws {StoreRejection} the database cannot be used
	 * @throws {Error} the worker failed
	 */
	static open(worker: Worker): Promise<DatabaseThread> {
		return new Promise((resolve, reject) => {
			worker.once('message', (text: string) => {
				const started = JSON.parse(text) as Started;
				if ('epoch' in started) resolve(new DatabaseThread(worker, started.epoch));
				else reject(new StoreRejection(started.rejection));
			});
			worker.once('error', reject);
			worker.once('exit', () => reject(new StoreUnavailable('the database thread ended')));
		});
	}

	/**
	 * Calls a store method in the worker.
	 * @throws {StoreUnavailable} the disk failed or was busy, or the worker ended
	 */
	call<Name extends Method>(method: Name, args: Parameters<Store[Name]>): ReturnType<Store[Name]> {
		const id = (this.#calls += 1);
		const answer = new Promise<never>((resolve, reject) => {
			if (this.#hasEnded) reject(new StoreUnavailable('the database thread has ended'));
			else this.#pending.set(id, { resolve, reject });
		});
		this.#worker.postMessage(JSON.stringify({ id, method, args }));
		// The worker answers with the value of this method.
		return answer as ReturnType<Store[Name]>;
	}

	/** Ends the worker after all earlier calls. */
	async close(): Promise<void> {
		this.#worker.postMessage(JSON.stringify('close' satisfies ToWorker));
		await this.ended;
	}

	#settle(answer: Answer): void {
		const pending = this.#pending.get(answer.id);
		this.#pending.delete(answer.id);
		// `call` has typed the value.
		if (!('failure' in answer)) pending?.resolve(answer.value as never);
		else if (answer.isUnavailable) pending?.reject(new StoreUnavailable(answer.failure));
		else pending?.reject(new Error(answer.failure));
	}
}
