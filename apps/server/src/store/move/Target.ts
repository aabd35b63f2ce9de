import { connect, type Sql, type Transaction } from '../postgres/connect.ts';
import { beginMoving, endMoving, movingTo } from '../postgres/moving.ts';
import { placeOf } from '../postgres/place.ts';
import { checkDurable, holdSchema, nameLog, upgrade } from '../postgres/prepare.ts';
import { sqlName, type TableName } from '../schema.ts';
import { StoreRefusal } from '../store.ts';
import type { Progress } from './progress.ts';
import { BATCH, columnNames, keyOf, selectAll, TABLES, toRow, type Row } from './rows.ts';
import type { Source } from './Source.ts';

/** In milliseconds. Statements over all rows take their time. */
const PATIENCE = { lock_timeout: 30_000, idle_in_transaction_session_timeout: 60_000, statement_timeout: 0 };

/** The PostgreSQL database into which a log is moved. */
export class Target {
	readonly place: string;
	readonly #sql: Sql;

	/** @throws {StoreRefusal} the URL is none */
	constructor(url: string) {
		this.place = placeOf(url);
		try {
			this.#sql = connect(url, 1, PATIENCE);
		} catch (error) {
			throw this.#explain(error);
		}
	}

	/** The move that has filled the database and not ended; `ended` where the log is here, undefined where it is not. */
	async stateOf(epoch: string): Promise<{ id: string } | 'ended' | undefined> {
		return await this.#ask((sql) =>
			sql.begin(async (transaction) => {
				if (!(await hasLog(transaction, epoch))) return undefined;
				return (await movingTo(transaction)) ?? 'ended';
			})
		);
	}

	/**
	 * Copies everything and compares it, in one transaction: interrupted, it has not begun. Servers refuse the database until
	 * `release`.
	 * @param id names the move
	 * @throws {StoreRefusal} the database holds anything else, or the copy differs
	 */
	async fill(source: Source, id: string, progress: Progress): Promise<void> {
		await this.#ask(async (sql) => {
			await checkDurable(sql);
			await sql.begin(async (transaction) => {
				await holdSchema(transaction);
				await this.#empty(transaction, source.epoch);
				await beginMoving(transaction, id);
				const total = TABLES.reduce((sum, name) => sum + source.count(name), 0);
				await copy(source, transaction, progress, total);
				await verify(source, transaction, progress, total);
			});
			await sql`ANALYZE`;
		});
	}

	/** Lets servers have the database. */
	async release(): Promise<void> {
		await this.#ask((sql) => sql.begin(endMoving));
	}

	async close(): Promise<void> {
		await this.#sql.end({ timeout: 1 });
	}

	/** Makes the schema, or throws away what a move of the same log has left that was interrupted before its end. */
	async #empty(transaction: Transaction, epoch: string): Promise<void> {
		if (await movingTo(transaction)) {
			if (!(await hasLog(transaction, epoch))) {
				throw new StoreRefusal(`${this.place} was filled from another database`);
			}
			await transaction.unsafe(`TRUNCATE ${TABLES.map(sqlName).join(', ')}`);
			await endMoving(transaction);
		} else {
			await checkEmpty(transaction);
			await upgrade(transaction);
			await nameLog(transaction, epoch);
		}
	}

	async #ask<Result>(question: (sql: Sql) => Promise<Result>): Promise<Result> {
		try {
			return await question(this.#sql);
		} catch (error) {
			throw this.#explain(error);
		}
	}

	/** What PostgreSQL or the way to it has to say, in one line. */
	#explain(error: unknown): StoreRefusal {
		if (error instanceof StoreRefusal) return error;
		// Of several addresses of one name each has its own message, and all together none.
		const said =
			error instanceof Error && error.message !== '' ? error.message : String(Reflect.get(Object(error), 'code'));
		return new StoreRefusal(`${this.place} cannot be used: ${said.replace(/\s+/g, ' ')}`);
	}
}

async function copy(source: Source, transaction: Transaction, progress: Progress, total: number): Promise<void> {
	progress.begin('Copying rows', total);
	for (const name of TABLES) {
		for (const rows of source.rows(name)) {
			// As text: what is declared as JSON would be written as JSON once more.
			await transaction.unsafe(
				`INSERT INTO ${sqlName(name)} (${columnNames(name)})
				SELECT ${columnNames(name)} FROM json_populate_recordset(NULL::${sqlName(name)}, $1::text::json)`,
				[JSON.stringify(rows)]
			);
			progress.advance(rows.length);
		}
	}
	progress.end();
}

/** Compares every row of the two databases. @throws {StoreRefusal} they differ */
async function verify(source: Source, transaction: Transaction, progress: Progress, total: number): Promise<void> {
	progress.begin('Comparing rows', total);
	for (const name of TABLES) {
		const copies = copiesOf(transaction, name);
		for (const rows of source.rows(name)) {
			const { value: copied = [] } = await copies.next();
			const at = rows.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(copied[index]));
			const row = rows[at];
			// The key of a session is a secret, even hashed.
			if (row) differ(`${sqlName(name)} differs${name === 'sessions' ? '' : ` at ${keyOf(name, row)}`}`);
			if (copied.length > rows.length) differ(`${sqlName(name)} has more rows`);
			progress.advance(rows.length);
		}
		if (!(await copies.next()).done) differ(`${sqlName(name)} has more rows`);
	}
	progress.end();
}

/** All rows of a table of the target in the order of their keys, batch after batch. */
async function* copiesOf(transaction: Transaction, name: TableName): AsyncGenerator<Row[], undefined> {
	const batches = transaction.unsafe<Parameters<typeof toRow>[1][]>(selectAll(name)).cursor(BATCH);
	for await (const batch of batches) yield batch.map((values) => toRow(name, values));
}

function differ(how: string): never {
	throw new StoreRefusal(`the copy is wrong and was thrown away: ${how} than the original`);
}

async function hasLog(transaction: Transaction, epoch: string): Promise<boolean> {
	const [found] = await transaction<{ exists: boolean }[]>`SELECT to_regclass('meta') IS NOT NULL AS exists`;
	return found?.exists === true && (await transaction`SELECT FROM meta WHERE epoch = ${epoch}`).count > 0;
}

/** @throws {StoreRefusal} something is in the database, or not all texts can be */
async function checkEmpty(transaction: Transaction): Promise<void> {
	const [encoding] = await transaction<{ server_encoding: string }[]>`SHOW server_encoding`;
	if (encoding?.server_encoding !== 'UTF8') throw new StoreRefusal('the encoding of the target must be UTF8');
	const tables = await transaction`
		SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
		AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')`;
	if (tables.count > 0)
		throw new StoreRefusal('the target is not empty: moving needs a database that holds nothing yet');
}
