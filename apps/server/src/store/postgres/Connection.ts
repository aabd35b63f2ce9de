import { StoreUnavailable } from '../store.ts';
import { OpenConnection, type Timeouts } from './OpenConnection.ts';
import type { Parameter, Sql } from './sql.ts';
import { Transaction, type Work } from './Transaction.ts';

/** The time-outs for locks, idle transactions and statements, in milliseconds. */
const TIMEOUTS: Timeouts = {
	lock_timeout: 2_000,
	idle_in_transaction_session_timeout: 2_000,
	statement_timeout: 5_000
};

/**
 * A connection to the database that opens on demand and reopens after a failure. Statements take effect in the order of
 * the calls. They wait for earlier transactions, but not for the answers of earlier statements.
 */
export class Connection implements Sql {
	readonly #url: string;
	readonly #timeouts: Timeouts;
	#current: OpenConnection | undefined;
	#isEnded = false;
	/** Resolves when the last call in the queue lets the next one begin. */
	#queueEnd: Promise<void> = Promise.resolve();
	#pending = 0;

	constructor(url: string, timeouts = TIMEOUTS) {
		this.#url = url;
		this.#timeouts = timeouts;
	}

	/** The number of calls without an answer. */
	get pending(): number {
		return this.#pending;
	}

	/** @throws {StoreUnavailable} it cannot be opened */
	async query<Row>(text: string, parameters?: readonly Parameter[]): Promise<Row[]> {
		return await this.#enqueue((connection, release) => {
			const answer = connection.query<Row>(text, parameters);
			// The statement was sent, so the next one may follow.
			release();
			return answer;
		});
	}

	/** Runs a transaction. Its work must not use the connection itself. @throws as `Transaction.run` and `query` */
	async transaction<Result>(work: Work<Result>): Promise<Result> {
		return await this.#enqueue((connection) => Transaction.run(connection, work));
	}

	/** Ends the connection permanently; further calls fail. */
	end(): void {
		this.#isEnded = true;
		this.#current?.cut();
	}

	/** Runs work with exclusive use of the connection, until it calls `release` or ends. */
	async #enqueue<Result>(work: (connection: OpenConnection, release: () => void) => Promise<Result>): Promise<Result> {
		const before = this.#queueEnd;
		const { promise, resolve: release } = Promise.withResolvers<undefined>();
		this.#queueEnd = promise;
		this.#pending += 1;
		try {
			await before;
			return await work(await this.#open(), () => release(undefined));
		} finally {
			this.#pending -= 1;
			release(undefined);
		}
	}

	async #open(): Promise<OpenConnection> {
		if (this.#isEnded) throw new StoreUnavailable('the connection to the database was ended');
		if (this.#current && !this.#current.isBroken) return this.#current;
		this.#current = new OpenConnection(this.#url, this.#timeouts);
		await this.#current.open();
		return this.#current;
	}
}
