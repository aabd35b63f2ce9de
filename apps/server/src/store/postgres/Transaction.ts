import type { OpenConnection } from './OpenConnection.ts';
import type { Parameter, Sql } from './sql.ts';

/** The work of a transaction. Statements that were only sent belong to it too. */
export type Work<Result> = (transaction: Transaction) => Result | Promise<Result>;

/** A transaction. Its connection runs no other statements meanwhile. */
export class Transaction implements Sql {
	readonly #connection: OpenConnection;
	/** The first failed statement. PostgreSQL rejects all later ones. */
	#failure: { error: unknown } | undefined;
	#isOver = false;

	private constructor(connection: OpenConnection) {
		this.#connection = connection;
	}

	/**
	 * Runs a transaction. `BEGIN` is sent with its first statements, `COMMIT` with the last ones.
	 * @throws the error of the first failed statement, otherwise that of the work. The transaction then had no effect,
	 * unless the connection broke
	 */
	static async run<Result>(connection: OpenConnection, work: Work<Result>): Promise<Result> {
		const transaction = new Transaction(connection);
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
			return await this.#connection.query<Row>(text, parameters);
		} catch (error) {
			this.#failure ??= { error };
			throw error;
		}
	}

	/** Sends statements without rows, such as a script. A failure fails the transaction. */
	send(text: string, parameters?: readonly Parameter[]): void {
		this.query(text, parameters).catch(() => undefined);
	}

	async #commit(): Promise<void> {
		this.#isOver = true;
		const done = await this.#connection.command('COMMIT').catch((error: unknown) => void (this.#failure ??= { error }));
		// By now all earlier statements have answers.
		if (this.#failure) throw this.#failure.error;
		if (done !== 'COMMIT') throw new Error('PostgreSQL has rolled back a transaction');
	}

	async #rollBack(error: unknown): Promise<never> {
		this.#isOver = true;
		// On a broken connection, PostgreSQL rolls back by itself.
		await this.#connection.command('ROLLBACK').catch(() => undefined);
		throw this.#failure ? this.#failure.error : error;
	}
}
