import postgres from 'postgres';
import { StoreUnavailable } from '../store.ts';

/**
 * Classes and codes of errors for which the database is to blame, not the request: the connection, a deadlock, resources,
 * an operator, the system, a copy that only reads, a transaction in which nothing happened for too long, a lock that somebody held
 * too long.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(08|40|53|57|58|25006|25P03|55P03)/;

/** Codes with which PostgreSQL ends a connection: an operator, a crash, a transaction in which nothing happened for too long. */
const ENDING = /^(57P0|25P03)/;

/** Tells whether an error ended its connection. */
export function isOfConnection(error: unknown): boolean {
	const isOfDriver = error instanceof Error && 'code' in error && !(error instanceof postgres.PostgresError);
	return isOfDriver || (error instanceof postgres.PostgresError && ENDING.test(error.code));
}

/** The error that whoever called the store is to see. */
export function toStoreError(error: unknown): unknown {
	const isOfStatement = error instanceof postgres.PostgresError;
	if (isOfStatement && !UNAVAILABLE.test(error.code)) return error;
	// Everything else that can fail is the connection.
	return new StoreUnavailable(error instanceof Error ? error.message : String(error));
}
