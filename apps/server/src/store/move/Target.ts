import { Connection } from '../postgres/Connection.ts';
import { beginMoving, endMoving, movingTo } from '../postgres/moving.ts';
import { placeOf } from '../postgres/place.ts';
import { reasonOf } from '../postgres/postgres-error.ts';
import { checkDurable, lockSchema, ensureEpoch, upgrade } from '../postgres/prepare.ts';
import type { Transaction } from '../postgres/Transaction.ts';
import { sqlName, type TableName } from '../schema.ts';
import { StoreRejection } from '../store.ts';
import type { Progress } from './progress.ts';
import { BATCH, columnNames, keyOf, selectAll, TABLES, toRow, type Row } from './rows.ts';
import type { Source } from './Source.ts';

/** In milliseconds; 0 is unlimited. Statements over all rows take long. */
const TIMEOUTS = { lock_timeout: 30_000, idle_in_transaction_session_timeout: 60_000, statement_timeout: 0 };

/** The PostgreSQL database into which a log is moved. */
export class Target {
	readonly place: string;
	readonly #connection: Connection;

	constructor(url: string) {
		this.place = placeOf(url);
		this.#connection = new Connection(url, TIMEOUTS);
	}

	/**
	 * The unfinished move of a log into this database; `ended` after it has finished, undefined if the log is not here.
	 */
	async stateOf(epoch: string): Promise<{ id: string } | 'ended' | undefined> {
		return await this.#run((connection) =>
			connection.transaction(async (transaction) => {
				if (!(await hasLog(transaction, epoch))) return undefined;
				return (await movingTo(transaction)) ?? 'ended';
			})
		);
	}

	/**
	 * Copies and compares everything in one transaction, so an interrupted copy leaves nothing. Servers reject the
	 * database until `release`.
	 * @param id the id of the move
	 * @throws {StoreRejection} the database contains anything else, or the copy differs
	 */
	async fill(source: Source, id: string, progress: Progress): Promise<void> {
		await this.#run(async (connection) => {
			await checkDurable(connection);
			await connection.transaction(async (transaction) => {
				await lockSchema(transaction);
				await this.#empty(transaction, source.epoch);
				await beginMoving(transaction, id);
				const total = TABLES.reduce((sum, name) => sum + source.count(name), 0);
				await copy(source, transaction, progress, total);
				await verify(source, transaction, progress, total);
			});
			// The database may set its own time-out for statements.
			await connection.query('SET statement_timeout = 0');
			await connection.query('ANALYZE');
		});
	}

	/** Ends the move, so that servers accept the database. */
	async release(): Promise<void> {
		await this.#run((connection) => connection.transaction(endMoving));
	}

	close(): void {
		this.#connection.end();
	}

	/** Creates the schema, or deletes the copy of an unfinished move of the same log. */
	async #empty(transaction: Transaction, epoch: string): Promise<void> {
		if (await movingTo(transaction)) {
			if (!(await hasLog(transaction, epoch))) {
				throw new StoreRejection(`${this.place} was filled from another database`);
			}
			await transaction.query(`TRUNCATE ${TABLES.map(sqlName).join(', ')}`);
			await endMoving(transaction);
		} else {
			await checkEmpty(transaction);
			await upgrade(transaction);
			await ensureEpoch(transaction, epoch);
		}
	}

	async #run<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
		try {
			return await work(this.#connection);
		} catch (error) {
			throw this.#explain(error);
		}
	}

	/** Describes an error of PostgreSQL or the connection in one line. */
	#explain(error: unknown): StoreRejection {
		if (error instanceof StoreRejection) return error;
		return new StoreRejection(`${this.place} cannot be used: ${reasonOf(error).replace(/\s+/g, ' ')}`);
	}
}

async function copy(source: Source, transaction: Transaction, progress: Progress, total: number): Promise<void> {
	progress.begin('Copying rows', total);
	for (const name of TABLES) {
		for (const rows of source.rows(name)) {
			await transaction.query(
				`INSERT INTO ${sqlName(name)} (${columnNames(name)})
				SELECT ${columnNames(name)} FROM json_populate_recordset(NULL::${sqlName(name)}, $1::json)`,
				[JSON.stringify(rows)]
			);
			progress.advance(rows.length);
		}
	}
	progress.end();
}

/** Compares every row of the two databases. @throws {StoreRejection} they differ */
async function verify(source: Source, transaction: Transaction, progress: Progress, total: number): Promise<void> {
	progress.begin('Comparing rows', total);
	for (const name of TABLES) {
		const copies = copiesOf(transaction, name);
		for (const rows of source.rows(name)) {
			const { value: copied = [] } = await copies.next();
			const at = rows.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(copied[index]));
			const row = rows[at];
			// The key of a session is secret, even as a hash.
			if (row) differ(`${sqlName(name)} differs${name === 'sessions' ? '' : ` at ${keyOf(name, row)}`}`);
			if (copied.length > rows.length) differ(`${sqlName(name)} has additional rows`);
			progress.advance(rows.length);
		}
		if (!(await copies.next()).done) differ(`${sqlName(name)} has additional rows`);
	}
	progress.end();
}

/** Reads all rows of a table of the target in batches, in the order of their keys. */
async function* copiesOf(transaction: Transaction, name: TableName): AsyncGenerator<Row[], undefined> {
	transaction.send(`DECLARE copies CURSOR FOR ${selectAll(name)}`);
	for (;;) {
		const batch = await transaction.query<Parameters<typeof toRow>[1]>(`FETCH ${BATCH} FROM copies`);
		if (batch.length === 0) break;
		yield batch.map((values) => toRow(name, values));
	}
	transaction.send('CLOSE copies');
}

function differ(how: string): never {
	throw new StoreRejection(`the copy was discarded because it is wrong: ${how}`);
}

async function hasLog(transaction: Transaction, epoch: string): Promise<boolean> {
	const [found] = await transaction.query<{ exists: boolean }>("SELECT to_regclass('meta') IS NOT NULL AS exists");
	if (!found?.exists) return false;
	return (await transaction.query('SELECT FROM meta WHERE epoch = $1', [epoch])).length > 0;
}

/** @throws {StoreRejection} the database is not empty, or its encoding lacks some characters */
async function checkEmpty(transaction: Transaction): Promise<void> {
	const [encoding] = await transaction.query<{ server_encoding: string }>('SHOW server_encoding');
	if (encoding?.server_encoding !== 'UTF8') throw new StoreRejection('the encoding of the target must be UTF8');
	const tables = await transaction.query(
		`SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
		AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')`
	);
	if (tables.length > 0) throw new StoreRejection('the target is not empty: a move needs an empty database');
}
