import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/**
 * Makes a function that prepares statements; the caller declares their parameters and rows.
 * @returns for each statement: all rows, the first row, or the number of changed rows
 */
export function statementsOf(database: DatabaseSync) {
	return <Parameters extends SQLInputValue[], Row = never>(sql: string) => {
		const statement = database.prepare(sql);
		return {
			// Tables are STRICT, so columns have their declared types.
			all: (...parameters: Parameters) => statement.all(...parameters) as Row[],
			first: (...parameters: Parameters) => statement.get(...parameters) as Row | undefined,
			run: (...parameters: Parameters) => Number(statement.run(...parameters).changes)
		};
	};
}

/** Converts a hash from hexadecimal digits. */
export function bytes(hash: string): Uint8Array {
	return Buffer.from(hash, 'hex');
}

/** The value of a pragma, or of any statement that returns one value. */
export function valueOf(database: DatabaseSync, sql: string): unknown {
	return Object.values(database.prepare(sql).get() ?? {})[0];
}

/** Converts the parameters `$1`, `$2` … to SQLite's `?1`, `?2` …. */
export function numbered(sql: string): string {
	return sql.replaceAll('$', '?');
}
