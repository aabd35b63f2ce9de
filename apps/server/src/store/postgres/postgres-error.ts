import { DatabaseError } from 'pg';
import { StoreUnavailable } from '../store.ts';

/**
 * Classes and codes of errors that the database causes, not the request. They cover connections, statements whose
 * preparation failed, deadlocks, resources, operators, the system, read-only replicas, idle transactions and lock
 * time-outs. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(08|26|40|53|57|58|25006|25P03|55P03)/;

/** Codes with which PostgreSQL ends a connection: an operator, a crash, an idle transaction. */
const ENDING = /^(57P0|25P03)/;

/** Whether PostgreSQL ended the connection with an error. */
export function endsConnection(error: unknown): boolean {
	return error instanceof DatabaseError && ENDING.test(error.code ?? '');
}

/** The message of an error. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	// An `AggregateError` for several addresses of a host has no message, only a code.
	return error.message || String(Reflect.get(error, 'code'));
}

/** Converts an error into the one that the store throws. */
export function toStoreError(error: unknown): unknown {
	if (error instanceof DatabaseError && !UNAVAILABLE.test(error.code ?? '')) return error;
	// All other errors come from the connection.
	return new StoreUnavailable(reasonOf(error));
}
