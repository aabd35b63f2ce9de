import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/**
 * What prepares the statements of a database; the caller says what one takes and what its rows hold.
 * @returns ways to run it: for all rows, for the first one, for how many rows it changed
 */
export function statementsOf(database: DatabaseSync) {
	return <Parameters extends SQLInputValue[], Row = never>(sql: string) => {
		const statement = database.prepare(sql);
		return {
			// Tables are STRICT, so the columns have the types with which the schema declares them.
			all: (...parameters: Parameters) => statement.all(...parameters) as Row[],
			first: (...parameters: Parameters) => statement.get(...parameters) as Row | undefined,
			run: (...parameters: Parameters) => Number(statement.run(...parameters).changes)
		};
	};
}

/** A hash, of which the store is told in hexadecimal digits. */
export function bytes(hash: string): Uint8Array {
	return Buffer.from(hash, 'hex');
}

/** The value of a pragma, or of any statement that answers with one. */
export function valueOf(database: DatabaseSync, sql: string): unknown {
	return Object.values(database.prepare(sql).get() ?? {})[0];
}

/** A statement with the parameters `$1`, `$2` … as SQLite numbers them. */
export function numbered(sql: string): string {
	return sql.replaceAll('$', '?');
}
