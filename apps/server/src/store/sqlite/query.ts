import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** A prepared statement: its rows, its first row, or how many rows it changed. */
export interface Query<Parameters extends SQLInputValue[], Row> {
	all: (...parameters: Parameters) => Row[];
	first: (...parameters: Parameters) => Row | undefined;
	run: (...parameters: Parameters) => number;
}

/** Prepares a statement; the caller says what it takes and what its rows hold. */
export function prepare<Parameters extends SQLInputValue[], Row = never>(
	database: DatabaseSync,
	sql: string
): Query<Parameters, Row> {
	const statement = database.prepare(sql);
	return {
		// Tables are STRICT, so the columns have the types with which the schema declares them.
		all: (...parameters) => statement.all(...parameters) as Row[],
		first: (...parameters) => statement.get(...parameters) as Row | undefined,
		run: (...parameters) => Number(statement.run(...parameters).changes)
	};
}
