import { DatabaseError } from 'pg';
import { StoreUnavailable } from '../store.ts';

/**
 * Classes and codes of errors for which the database is to blame, not the request: the connection, a statement whose plan is
 * missing because something else failed, a deadlock, resources, an operator, the system, a copy that only reads, a transaction
 * in which nothing happened for too long, a lock that somebody held too long.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(08|26|40|53|57|58|25006|25P03|55P03)/;

/** Codes with which PostgreSQL ends a connection: an operator, a crash, a transaction in which nothing happened for too long. */
const ENDING = /^(57P0|25P03)/;

/** Tells whether PostgreSQL ended the connection with an error. */
export function endsConnection(error: unknown): boolean {
	return error instanceof DatabaseError && ENDING.test(error.code ?? '');
}

/** An error in one line. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	// Each of several addresses of a name has a message of its own, all together have none.
	return error.message || String(Reflect.get(error, 'code'));
}

/** The error that whoever called the store is to see. */
export function toStoreError(error: unknown): unknown {
	if (error instanceof DatabaseError && !UNAVAILABLE.test(error.code ?? '')) return error;
	// Everything else that can fail is the connection.
	return new StoreUnavailable(reasonOf(error));
}
