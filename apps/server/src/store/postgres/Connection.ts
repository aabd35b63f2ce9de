import { StoreUnavailable } from '../store.ts';
import { OpenConnection, type Timeouts } from './OpenConnection.ts';
import type { Parameter, Sql } from './sql.ts';
import { Transaction, type Work } from './Transaction.ts';

/** The longest waits for a lock, and the longest time for which a node may forget one. */
const TIMEOUTS: Timeouts = {
	lock_timeout: 2_000,
	idle_in_transaction_session_timeout: 2_000,
	statement_timeout: 5_000
};

/**
 * A connection to the database, opened when it is needed and again after it broke. What is asked on it takes effect in the order
 * in which it is asked; statements wait for transactions before them, not for each other's answers.
 */
export class Connection implements Sql {
	readonly #url: string;
	readonly #patience: Timeouts;
	#session: OpenConnection | undefined;
	#isEnded = false;
	/** The last turn that somebody has asked for. */
	#lastTurn: Promise<void> = Promise.resolve();
	#pending = 0;

	constructor(url: string, patience = TIMEOUTS) {
		this.#url = url;
		this.#patience = patience;
	}

	/** How much is asked on it and not answered. */
	get pending(): number {
		return this.#pending;
	}

	/** @throws {StoreUnavailable} it cannot be opened */
	async query<Row>(text: string, parameters?: readonly Parameter[]): Promise<Row[]> {
		return await this.#inTurn((session, endTurn) => {
			const answer = session.query<Row>(text, parameters);
			// It has left, so the next statement comes after it.
			endTurn();
			return answer;
		});
	}

	/** Runs a transaction, in which the work must ask nothing on the connection itself. @throws as `Transaction.run` and `query` do */
	async transaction<Result>(work: Work<Result>): Promise<Result> {
		return await this.#inTurn((session) => Transaction.run(session, work));
	}

	/** Ends it for good; what is asked on it fails. */
	end(): void {
		this.#isEnded = true;
		this.#session?.cut();
	}

	/** Has the session for itself until the turn or the work ends. */
	async #inTurn<Result>(work: (session: OpenConnection, endTurn: () => void) => Promise<Result>): Promise<Result> {
		const before = this.#lastTurn;
		const { promise, resolve: endTurn } = Promise.withResolvers<undefined>();
		this.#lastTurn = promise;
		this.#pending += 1;
		try {
			await before;
			return await work(await this.#open(), () => endTurn(undefined));
		} finally {
			this.#pending -= 1;
			endTurn(undefined);
		}
	}

	async #open(): Promise<OpenConnection> {
		if (this.#isEnded) throw new StoreUnavailable('the connection to the database was ended');
		if (this.#session && !this.#session.isBroken) return this.#session;
		this.#session = new OpenConnection(this.#url, this.#patience);
		await this.#session.open();
		return this.#session;
	}
}
