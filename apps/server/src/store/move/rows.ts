import { SCHEMA, sharedColumns, sqlName, type Table, type TableName } from '../schema.ts';

/** The tables to move, in the order of their dependencies. Revocations concern running nodes only. */
export const TABLES = (Object.keys(SCHEMA) as TableName[]).filter((name) => !['meta', 'revocations'].includes(name));

/** The rows per batch: at most 32 MB of the longest texts. */
export const BATCH = 2_000;

/** A row as JSON with SQL column names, equal for both engines. */
export type Row = Record<string, string | number | boolean | null>;

/** A value from the driver of an engine. */
type Value = string | number | boolean | Uint8Array | null;

/** The names of the columns that both engines have. */
export function columnNames(name: TableName): string {
	return sharedColumns(name).map(sqlName).join(', ');
}

/** Reads all rows of a table in the order of their keys. */
export function selectAll(name: TableName): string {
	return `SELECT ${columnNames(name)} FROM ${sqlName(name)} ORDER BY ${SCHEMA[name].key.map(sqlName).join(', ')}`;
}

/** Converts a row of an engine to JSON. */
export function toRow(name: TableName, values: Record<string, Value>): Row {
	const { columns }: Table = SCHEMA[name];
	return Object.fromEntries(
		sharedColumns(name).map((column) => {
			const value = values[sqlName(column)] ?? null;
			if (value instanceof Uint8Array) return [sqlName(column), `\\x${Buffer.from(value).toString('hex')}`];
			// SQLite returns 0 and 1.
			return [sqlName(column), columns[column]?.kind === 'boolean' && value !== null ? Boolean(value) : value];
		})
	);
}

/** The key of a row, for error messages. */
export function keyOf(name: TableName, row: Row): string {
	return SCHEMA[name].key.map((column) => String(row[sqlName(column)])).join(' ');
}
