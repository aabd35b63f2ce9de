import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import type { Timings } from '../../timings.ts';
import { StoreUnavailable } from '../store.ts';
import { Connection } from './Connection.ts';
import { toStoreError } from './postgres-error.ts';

/** The number of connections for reads of the log, which need no order. */
const READERS = 3;

/** Runs one operation, in one or several SQL statements. */
export type Operation<Result> = (sql: Connection) => Promise<Result>;

/** The connections of a node to the database. Every operation has a time-out, and an outage is logged once. */
export class Database {
	readonly #url: string;
	readonly #log: Logger;
	readonly #answerTimeoutMs: number;
	#ordered: Connection;
	#readers: Connection[];
	/** All running operations, each for `storeAnswerTimeoutMs` at most. */
	readonly #running = new Set<Promise<unknown>>();
	/** The last pending change of each person. */
	readonly #changing = new Map<string, Promise<unknown>>();
	#isAvailable = true;
	#closed: Promise<void> | undefined;

	/** @param ordered a connection to the database of the URL */
	constructor(url: string, ordered: Connection, { log, timings }: { log: Logger; timings: Timings }) {
		this.#url = url;
		this.#log = log;
		this.#answerTimeoutMs = timings.storeAnswerTimeoutMs;
		this.#ordered = ordered;
		this.#readers = Array.from({ length: READERS }, () => new Connection(url));
	}

	/**
	 * Runs a read after the pending changes.
	 * @param people the people whose changes come before; without them, the changes of everybody
	 * @throws {StoreUnavailable} the database failed
	 */
	inOrder<Result>(operation: Operation<Result>, people?: readonly string[]): Promise<Result> {
		return this.#run(this.#ordered, async (sql) => {
			if (this.#changing.size > 0) await this.#settled(people ?? [...this.#changing.keys()]);
			return await operation(sql);
		});
	}

	/**
	 * Runs an operation concurrently with others, on a connection for reads. @throws {StoreUnavailable} the database
	 * failed
	 */
	concurrently<Result>(operation: Operation<Result>): Promise<Result> {
		const idlest = this.#readers.reduce((idlest, reader) => (reader.pending < idlest.pending ? reader : idlest));
		return this.#run(idlest, operation);
	}

	/**
	 * Runs a change after the pending changes of the same people. The change runs its operations with the function that
	 * it gets.
	 * @throws {StoreUnavailable} the database failed: the change was made or not
	 */
	change<Result>(
		people: readonly string[],
		change: (run: <Answer>(operation: Operation<Answer>) => Promise<Answer>) => Promise<Result>
	): Promise<Result> {
		return this.#run(this.#ordered, (sql) => {
			const changing = this.#settled(people).then(() => change((operation) => operation(sql)));
			for (const userId of people) this.#changing.set(userId, changing);
			return changing.finally(() => {
				for (const userId of people) if (this.#changing.get(userId) === changing) this.#changing.delete(userId);
			});
		});
	}

	/** Waits for running operations and closes the connections. Further calls wait for the same result. */
	close(): Promise<void> {
		return (this.#closed ??= this.#end());
	}

	async #end(): Promise<void> {
		await Promise.allSettled(this.#running);
		for (const connection of [this.#ordered, ...this.#readers]) connection.end();
	}

	/** Resolves when the pending changes of people have succeeded or failed. */
	async #settled(people: readonly string[]): Promise<void> {
		await Promise.allSettled(people.flatMap((userId) => this.#changing.get(userId) ?? []));
	}

	/** Runs an operation within `storeAnswerTimeoutMs`, including all waiting. Closing waits for it. */
	async #run<Result>(sql: Connection, work: Operation<Result>): Promise<Result> {
		if (this.#closed) throw new StoreUnavailable('the database is closed');
		const answered = new AbortController();
		const late = sleep(this.#answerTimeoutMs, undefined, { signal: answered.signal, ref: false }).then(
			() => {
				this.#replace(sql);
				throw new StoreUnavailable('the database does not answer');
			},
			() => new Promise<never>(() => undefined)
		);
		const running = Promise.race([work(sql), late]);
		this.#running.add(running);
		try {
			const result = await running;
			if (!this.#isAvailable) this.#log.info('The database is available again');
			this.#isAvailable = true;
			return result;
		} catch (error) {
			throw this.#note(error);
		} finally {
			this.#running.delete(running);
			answered.abort();
		}
	}

	/** Replaces a hanging connection. All calls that wait for the old one fail. */
	#replace(sql: Connection): void {
		if (this.#closed) return;
		if (sql === this.#ordered) this.#ordered = new Connection(this.#url);
		this.#readers = this.#readers.map((reader) => (reader === sql ? new Connection(this.#url) : reader));
		sql.end();
	}

	/** Logs an outage once. @returns the error for the caller */
	#note(thrown: unknown): unknown {
		const error = thrown instanceof StoreUnavailable ? thrown : toStoreError(thrown);
		if (error instanceof StoreUnavailable && this.#isAvailable && !this.#closed) {
			this.#isAvailable = false;
			this.#log.error({ reason: error.message }, 'The database is unavailable');
		}
		return error;
	}
}
