import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import type { WorkerStart } from '../../../src/store/sqlite/calls.ts';
import { SqliteStore } from '../../../src/store/sqlite/SqliteStore.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

/** An order to the worker: a query, or a failure of the next such statement. */
export type Order = { query: string } | { failAt: string; errcode: number };

/** Indexes in the array of numbers that a test shares with the threads of its store. */
export const IS_HELD = 0;
export const READS_ASIDE = 1;

/** A log that records its lines. */
export function recordingLog() {
	const lines: { level: number; msg: string }[] = [];
	const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
	const log = createLogger('info', { isTerminal: false, destination: { write } });
	return { log, lines, messages: () => lines.map(({ msg }) => msg) };
}

/** A path for a database. Its directory is removed when the test ends. */
export function databaseFile() {
	const { file, url, remove } = temporaryDatabase();
	onTestFinished(remove);
	return { file, url };
}

/** Opens a store whose worker takes orders from the test, and whose reads can be held. */
export async function openControlled(file = databaseFile().file) {
	let control: MessagePort | undefined;
	let worker: Worker | undefined;
	let reader: Worker | undefined;
	let starts = 0;
	const cells = new Int32Array(new SharedArrayBuffer(8));
	const findings: string[] = [];
	const start = (data: WorkerStart) => {
		const { port1, port2 } = new MessageChannel();
		port1.unref();
		const started = new Worker(new URL('./controlled-worker.ts', import.meta.url), {
			workerData: { ...data, control: port2, cells },
			transferList: [port2]
		});
		if (data.isReader) {
			reader = started;
		} else {
			control = port1;
			starts += 1;
			worker = started;
		}
		return started;
	};
	const { log, messages } = recordingLog();
	const store = await SqliteStore.open(file, log, { start, onDamage: (finding) => findings.push(finding) });
	onTestFinished(() => store.close());

	async function order(what: Order): Promise<unknown> {
		const answer = new Promise((resolve) => control?.once('message', resolve));
		control?.postMessage(what);
		return await answer;
	}
	return {
		file,
		store,
		messages,
		starts: () => starts,
		findings,
		query: (query: string) => order({ query }),
		failAt: (failAt: string, errcode: number) => order({ failAt, errcode }),
		kill: () => worker?.terminate(),
		killReader: () => reader?.terminate(),
		/** The number of transactions that the reading thread has begun. */
		readsAside: () => Atomics.load(cells, READS_ASIDE),
		/** Reads of both threads wait at their beginning until this is called again with false. */
		holdReads: (isHeld: boolean) => {
			Atomics.store(cells, IS_HELD, isHeld ? 1 : 0);
			Atomics.notify(cells, IS_HELD);
		}
	};
}
