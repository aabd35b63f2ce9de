import { randomUUID } from 'node:crypto';
import { connect, type Sql, type Transaction } from '../postgres/connect.ts';
import { beginMoving, endMoving, holdMoving, movingTo, takeOver } from '../postgres/moving.ts';
import { placeOf } from '../postgres/place.ts';
import { checkDurable, holdSchema, nameLog, upgrade } from '../postgres/prepare.ts';
import { StoreRefusal } from '../store.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Source } from './Source.ts';
import { inSpan, spanFingerprint } from './spans.ts';
import { MESSAGES, type Row, type Span, type Table } from './tables.ts';

/** In milliseconds. What a run that was killed still does is over by then; statements over all rows take their time. */
const PATIENCE = { lock_timeout: 30_000, idle_in_transaction_session_timeout: 60_000, statement_timeout: 0 };

/** The PostgreSQL database into which a log is moved; every write is a transaction that no other run overlaps. */
export class Target {
	readonly place: string;
	/** Of this run of the command. */
	readonly #run = randomUUID();
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

	/**
	 * Makes the schema in an empty database, or goes on with what an earlier run has left.
	 * @param moved where the source says that its log has gone
	 * @returns the id of the move; undefined when it has ended
	 * @throws {StoreRefusal} the database is not empty, or belongs to another move
	 */
	async begin({ epoch, moved }: Pick<Source, 'epoch' | 'moved'>): Promise<string | undefined> {
		return await this.#ask(async (sql) => {
			await checkDurable(sql);
			return await sql.begin(async (transaction) => {
				await holdSchema(transaction);
				const moving = await movingTo(transaction);
				if (!moving && moved && (await hasLog(transaction, epoch))) return undefined;
				if (moved && moved.id !== moving?.id) throw new StoreRefusal(`the log has moved to ${moved.place} already`);
				if (!moving) {
					await checkEmpty(transaction);
					await beginMoving(transaction, randomUUID());
				}
				await upgrade(transaction);
				if ((await nameLog(transaction, epoch)) !== epoch) {
					throw new StoreRefusal(`${this.place} is being filled from another database`);
				}
				await takeOver(transaction, this.#run);
				return (await movingTo(transaction))?.id;
			});
		});
	}

	/** How many rows a table has. */
	async count(table: Table): Promise<number> {
		const [row] = await this.#ask((sql) => sql<{ count: number }[]>`SELECT count(*) FROM ${sql(table.name)}`);
		return row?.count ?? 0;
	}

	/** The newest `seq` that is here, of each of these rooms. */
	async copiedHeads(rooms: readonly string[]): Promise<Map<string, number>> {
		const rows = await this.#ask(
			(sql) => sql<{ room: string; copied: number | null }[]>`
				SELECT room, (SELECT max(seq) FROM messages WHERE messages.room = wanted.room) AS copied
				FROM unnest(${[...rooms]}::text[]) AS wanted (room)`
		);
		return new Map(rows.map(({ room, copied }) => [room, copied ?? 0]));
	}

	/** A room whose messages are not those from 1 to its head. */
	async roomWithHole(): Promise<string | undefined> {
		const [row] = await this.#ask(
			(sql) => sql<{ room: string }[]>`
				SELECT room FROM rooms
				LEFT JOIN (SELECT room, count(*), min(seq), max(seq) FROM messages GROUP BY room) AS log USING (room)
				WHERE head <> coalesce(count, 0) OR head <> coalesce(max, 0) OR min <> 1 LIMIT 1`
		);
		return row?.room;
	}

	/** The fingerprint of a part of a table. */
	async fingerprint(table: Table, span: Span): Promise<Fingerprint> {
		const { text, values } = spanFingerprint(table, span);
		const [row] = await this.#ask((sql) => sql.unsafe<Fingerprint[]>(text, values));
		if (!row) throw new Error(`${table.name} has no fingerprint`);
		return row;
	}

	/** Puts rows in the place of those that are in a part of a table. */
	async replace(table: Table, span: Span, rows: readonly Row[]): Promise<void> {
		const { text, values } = inSpan(table, span);
		await this.#write(async (transaction) => {
			await transaction.unsafe(`DELETE FROM ${table.name} WHERE ${text}`, values);
			await insert(transaction, table, rows);
		});
	}

	/** Adds messages, and takes over the texts of others that are here as they are now. */
	async addMessages(rows: readonly Row[], changed: readonly Row[]): Promise<void> {
		await this.#write(async (transaction) => {
			await insert(transaction, MESSAGES, rows);
			if (changed.length === 0) return;
			await transaction`
				UPDATE messages SET text = changed.text
				FROM json_populate_recordset(NULL::messages, ${JSON.stringify(changed)}::text::json) AS changed
				WHERE messages.room = changed.room AND messages.seq = changed.seq`;
		});
	}

	/** Empties what retention has emptied in the source: no entry of the log says so. */
	async emptyAsRooms(): Promise<void> {
		await this.#write(async (transaction) => {
			await transaction`
				UPDATE messages SET text = '' FROM rooms
				WHERE messages.room = rooms.room AND messages.seq <= rooms.emptied_to AND messages.text <> ''`;
		});
	}

	/** Has PostgreSQL look at what its tables hold now, for the comparison and for the first questions of servers. */
	async analyze(): Promise<void> {
		await this.#ask((sql) => sql`ANALYZE`);
	}

	/** Lets servers have the database. */
	async release(): Promise<void> {
		await this.#write(endMoving);
	}

	async close(): Promise<void> {
		await this.#sql.end({ timeout: 1 });
	}

	async #write(work: (transaction: Transaction) => Promise<void>): Promise<void> {
		await this.#ask((sql) =>
			sql.begin(async (transaction) => {
				await holdMoving(transaction, this.#run);
				await work(transaction);
			})
		);
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

async function insert(transaction: Transaction, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
	const names = Object.keys(columns).join(', ');
	// As text: what is declared as JSON would be written as JSON once more.
	await transaction.unsafe(
		`INSERT INTO ${name} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${name}, $1::text::json)`,
		[JSON.stringify(rows)]
	);
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
