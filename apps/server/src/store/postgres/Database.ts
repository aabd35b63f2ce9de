import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import type { Timings } from '../../timings.ts';
import { StoreUnavailable } from '../store.ts';
import { Connection } from './Connection.ts';
import { toStoreError } from './postgres-error.ts';

/** Reads of the log need no order among each other. */
const READERS = 3;

/** Asks the database one thing, in one or several statements. */
export type Statement<Result> = (sql: Connection) => Promise<Result>;

/** The connections of a node to the database: nobody waits on one for ever, and what ails them is said once. */
export class Database {
	readonly #url: string;
	readonly #log: Logger;
	readonly #answerTimeoutMs: number;
	#ordered: Connection;
	#readers: Connection[];
	/** All work under way, for `storeAnswerTimeoutMs` at most. */
	readonly #running = new Set<Promise<unknown>>();
	/** The last change of each person that was asked for and is not made yet. */
	readonly #changing = new Map<string, Promise<unknown>>();
	#isAvailable = true;
	#closed: Promise<void> | undefined;

	/** @param ordered a connection to the database that the URL names */
	constructor(url: string, ordered: Connection, { log, timings }: { log: Logger; timings: Timings }) {
		this.#url = url;
		this.#log = log;
		this.#answerTimeoutMs = timings.storeAnswerTimeoutMs;
		this.#ordered = ordered;
		this.#readers = Array.from({ length: READERS }, () => new Connection(url));
	}

	/**
	 * Runs a statement that reads, after the changes that were asked for before.
	 * @param people of whom it reads; without them, everybody's changes come before
	 * @throws {StoreUnavailable} the database is to blame
	 */
	inOrder<Result>(statement: Statement<Result>, people?: readonly string[]): Promise<Result> {
		return this.#do(this.#ordered, async (sql) => {
			if (this.#changing.size > 0) await this.#changed(people ?? [...this.#changing.keys()]);
			return await statement(sql);
		});
	}

	/** Runs a statement that only reads, beside others. @throws {StoreUnavailable} the database is to blame */
	aside<Result>(statement: Statement<Result>): Promise<Result> {
		const idlest = this.#readers.reduce((idlest, reader) => (reader.pending < idlest.pending ? reader : idlest));
		return this.#do(idlest, statement);
	}

	/**
	 * Runs a change, of one or several statements, after those of the same people that were asked for before. It runs its
	 * statements by the function that it is given.
	 * @throws {StoreUnavailable} the database is to blame: the change was made or not
	 */
	change<Result>(
		people: readonly string[],
		change: (run: <Answer>(statement: Statement<Answer>) => Promise<Answer>) => Promise<Result>
	): Promise<Result> {
		return this.#do(this.#ordered, (sql) => {
			const changing = this.#changed(people).then(() => change((statement) => statement(sql)));
			for (const userId of people) this.#changing.set(userId, changing);
			return changing.finally(() => {
				for (const userId of people) if (this.#changing.get(userId) === changing) this.#changing.delete(userId);
			});
		});
	}

	/** Waits for what is under way, and ends; calling it again waits for the same end. */
	close(): Promise<void> {
		return (this.#closed ??= this.#end());
	}

	async #end(): Promise<void> {
		await Promise.allSettled(this.#running);
		for (const connection of [this.#ordered, ...this.#readers]) connection.end();
	}

	/** Resolves when the changes of people that are under way have been made or not. */
	async #changed(people: readonly string[]): Promise<void> {
		await Promise.allSettled(people.flatMap((userId) => this.#changing.get(userId) ?? []));
	}

	/** Does what was asked for within `storeAnswerTimeoutMs`, all that it waits for included; closing waits for it. */
	async #do<Result>(sql: Connection, work: Statement<Result>): Promise<Result> {
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

	/** Puts a new connection in the place of one that hangs, with which all ends that waits for it. */
	#replace(sql: Connection): void {
		if (this.#closed) return;
		if (sql === this.#ordered) this.#ordered = new Connection(this.#url);
		this.#readers = this.#readers.map((reader) => (reader === sql ? new Connection(this.#url) : reader));
		sql.end();
	}

	/** Says once that the database is to blame. @returns the error as the caller is to see it */
	#note(thrown: unknown): unknown {
		const error = thrown instanceof StoreUnavailable ? thrown : toStoreError(thrown);
		if (error instanceof StoreUnavailable && this.#isAvailable && !this.#closed) {
			this.#isAvailable = false;
			this.#log.error({ reason: error.message }, 'The database is unavailable');
		}
		return error;
	}
}
