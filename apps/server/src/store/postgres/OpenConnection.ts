import { Client, type QueryConfig, type QueryResult } from 'pg';
import { StoreUnavailable } from '../store.ts';
import { NUMBERS } from './numbers.ts';
import { endsConnection, reasonOf } from './postgres-error.ts';
import type { Parameter, Sql } from './sql.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** The idle time after which TCP keep-alive probes begin. */
const KEEP_ALIVE_MS = 10_000;

/** PostgreSQL's own time-outs, in milliseconds, by their parameter names; 0 disables one. */
export interface Timeouts {
	lock_timeout: number;
	idle_in_transaction_session_timeout: number;
	statement_timeout: number;
}

/** A single connection, for as long as it lasts. Statements are sent at once and answered in order (pipelining). */
export class OpenConnection implements Sql {
	readonly #client: Client;
	#isBroken = false;

	constructor(url: string, timeouts: Timeouts) {
		this.#client = new Client({
			connectionString: likeLibpq(url),
			application_name: 'digda',
			...timeouts,
			pipeline: true,
			connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
			keepAlive: true,
			keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
			types: NUMBERS
		});
		this.#client.on('error', () => this.cut());
		this.#client.on('end', () => this.cut());
	}

	/** Whether the connection has ended and runs no more statements. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	/** @throws {StoreUnavailable} the database is unreachable or rejects the connection */
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

	/**
	 * Runs a command without rows. @returns the executed command: PostgreSQL answers `ROLLBACK` to the `COMMIT` of a
	 * failed transaction
	 */
	async command(text: string): Promise<string> {
		return (await this.#send({ text })).command;
	}

	/** Destroys the connection; unanswered statements fail. */
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

/** The name of a prepared statement, which PostgreSQL plans once per connection. */
function nameOf(text: string): string {
	const name = names.get(text) ?? `s${names.size}`;
	names.set(text, name);
	return name;
}

/** The URL with libpq semantics: `sslmode=require` asks for encryption without a check of the certificate. */
function likeLibpq(url: string): string {
	if (!URL.canParse(url)) return url;
	const read = new URL(url);
	read.searchParams.set('uselibpqcompat', 'true');
	return read.href;
}
