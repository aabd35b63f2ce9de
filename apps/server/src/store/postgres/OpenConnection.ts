import { Client, type QueryConfig, type QueryResult } from 'pg';
import { StoreUnavailable } from '../store.ts';
import { NUMBERS } from './numbers.ts';
import { endsConnection, reasonOf } from './postgres-error.ts';
import type { Parameter, Sql } from './sql.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** A connection on which nothing moves is asked whether it is there. */
const KEEP_ALIVE_MS = 10_000;

/** Server side, in milliseconds, by the names that PostgreSQL has for it; 0 leaves it to the database. */
export interface Timeouts {
	lock_timeout: number;
	idle_in_transaction_session_timeout: number;
	statement_timeout: number;
}

/** An open connection. Statements leave at once and are answered in their order. */
export class OpenConnection implements Sql {
	readonly #client: Client;
	#isBroken = false;

	constructor(url: string, patience: Timeouts) {
		this.#client = new Client({
			connectionString: likeLibpq(url),
			application_name: 'digda',
			...patience,
			pipeline: true,
			connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
			keepAlive: true,
			keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
			types: NUMBERS
		});
		this.#client.on('error', () => this.cut());
		this.#client.on('end', () => this.cut());
	}

	/** Tells that it runs no statement any more. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	/** @throws {StoreUnavailable} the database does not take it */
	async open(): Promise<void> {
		try {
			await this.#client.connect();
		} catch (error) {
			this.cut();
			throw new StoreUnavailable(reasonOf(error));
		}
	}

	async query<Row>(text: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
		const { rows } = await this.#send(
			parameters.length > 0 ? { name: nameOf(text), text, values: [...parameters] } : { text }
		);
		return rows as Row[];
	}

	/** Runs a command without rows. @returns what PostgreSQL did: it answers `ROLLBACK` to a `COMMIT` of what has failed */
	async command(text: string): Promise<string> {
		return (await this.#send({ text })).command;
	}

	/** Ends it at once; what was not answered fails. */
	cut(): void {
		this.#isBroken = true;
		this.#client.connection.stream.destroy();
	}

	async #send(statement: QueryConfig): Promise<QueryResult> {
		try {
			return await this.#client.query(statement);
		} catch (error) {
			if (endsConnection(error)) this.cut();
			throw error;
		}
	}
}

const names = new Map<string, string>();

/** The name of a statement, by which PostgreSQL plans it once in each session. */
function nameOf(text: string): string {
	const name = names.get(text) ?? `s${names.size}`;
	names.set(text, name);
	return name;
}

/** The URL as programs of PostgreSQL read it: `sslmode=require` asks for encryption, not for a certificate. */
function likeLibpq(url: string): string {
	if (!URL.canParse(url)) return url;
	const read = new URL(url);
	read.searchParams.set('uselibpqcompat', 'true');
	return read.href;
}
