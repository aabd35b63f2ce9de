import postgres from 'postgres';

/** Integers of 8 bytes are numbers: a `seq` or a time in milliseconds is far below 2^53. */
export const NUMBERS = { to: 20, from: [20], serialize: String, parse: Number };

export type Sql = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** For statements with few texts: PostgreSQL plans each once per connection. */
export const PREPARED = { prepare: true } as const;

/** Server side, in milliseconds: nobody waits longer for a lock, and nothing that a node forgot is held longer. */
const PATIENCE = { lock_timeout: 2_000, idle_in_transaction_session_timeout: 2_000, statement_timeout: 5_000 };

/**
 * @param max how many connections at most; with one, statements take effect in the order in which they are made
 * @param patience server side, in milliseconds, by the names that PostgreSQL has for it
 */
export function connect(url: string, max: number, patience = PATIENCE): Sql {
	return postgres(url, {
		max,
		connect_timeout: 5,
		keep_alive: 10,
		max_lifetime: null,
		// In seconds. A database that was restarted is found at once.
		backoff: (attempts) => Math.min(0.05 * 2 ** attempts, 1),
		connection: { application_name: 'digda', ...patience },
		types: { bigint: NUMBERS },
		onnotice: () => undefined
	});
}
