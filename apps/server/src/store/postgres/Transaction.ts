import type { OpenConnection } from './OpenConnection.ts';
import type { Parameter, Sql } from './sql.ts';

/** The statements of a transaction; those that were only sent by its end belong to it too. */
export type Work<Result> = (transaction: Transaction) => Result | Promise<Result>;

/** Statements that take effect together or not at all. Its session runs nothing else meanwhile. */
export class Transaction implements Sql {
	readonly #session: OpenConnection;
	/** The first statement that failed: PostgreSQL rejects all after it. */
	#failure: { error: unknown } | undefined;
	#isOver = false;

	private constructor(session: OpenConnection) {
		this.#session = session;
	}

	/**
	 * Runs a transaction: its begin leaves with its first statements, its end with the last ones.
	 * @throws why its first statement failed that did, or else its work; it has had no effect then, unless the connection broke
	 */
	static async run<Result>(session: OpenConnection, work: Work<Result>): Promise<Result> {
		const transaction = new Transaction(session);
		transaction.send('BEGIN');
		let result: Result;
		try {
			result = await work(transaction);
		} catch (error) {
			return await transaction.#rollBack(error);
		}
		await transaction.#commit();
		return result;
	}

	async query<Row>(text: string, parameters?: readonly Parameter[]): Promise<Row[]> {
		if (this.#isOver) throw new Error('the transaction is over');
		try {
			return await this.#session.query<Row>(text, parameters);
		} catch (error) {
			this.#failure ??= { error };
			throw error;
		}
	}

	/** Sends what answers with no rows, such as a script; if it fails, the transaction does. */
	send(text: string, parameters?: readonly Parameter[]): void {
		this.query(text, parameters).catch(() => undefined);
	}

	async #commit(): Promise<void> {
		this.#isOver = true;
		const done = await this.#session.command('COMMIT').catch((error: unknown) => void (this.#failure ??= { error }));
		// All statements before it are answered by now.
		if (this.#failure) throw this.#failure.error;
		if (done !== 'COMMIT') throw new Error('PostgreSQL has rolled a transaction back');
	}

	async #rollBack(error: unknown): Promise<never> {
		this.#isOver = true;
		// PostgreSQL itself does so where the connection is broken.
		await this.#session.command('ROLLBACK').catch(() => undefined);
		throw this.#failure ? this.#failure.error : error;
	}
}
