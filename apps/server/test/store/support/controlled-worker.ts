import { DatabaseSync } from 'node:sqlite';
import { workerData, type MessagePort } from 'node:worker_threads';
import type { WorkerStart } from '../../../src/store/sqlite/calls.ts';
import type { Order } from './controlled-store.ts';

// The worker of the store, with a channel through which a test reaches its connection to the database.

const { control, cells, isReader } = workerData as WorkerStart & { control: MessagePort; cells: Int32Array };
/** The indexes of `controlled-store.ts`, which a worker does not load. */
const [IS_HELD, READS_ASIDE] = [0, 1] as const;
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the connection below
const { exec } = DatabaseSync.prototype;
let database: DatabaseSync | undefined;
let failure: { at: string; errcode: number } | undefined;

DatabaseSync.prototype.exec = function (sql) {
	// eslint-disable-next-line @typescript-eslint/no-this-alias -- the connection that the worker made
	database = this;
	if (failure?.at === sql) {
		const { errcode } = failure;
		failure = undefined;
		throw Object.assign(new Error(`injected ${errcode}`), { errcode });
	}
	if (sql === 'BEGIN DEFERRED') {
		if (isReader) Atomics.add(cells, READS_ASIDE, 1);
		Atomics.wait(cells, IS_HELD, 1);
	}
	exec.call(this, sql);
};

control.on('message', (order: Order) => {
	if ('failAt' in order) failure = { at: order.failAt, errcode: order.errcode };
	control.postMessage('query' in order ? database?.prepare(order.query).all() : []);
});
control.unref();

await import('../../../src/store/sqlite/worker.ts');
