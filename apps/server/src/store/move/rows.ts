import { SCHEMA, sharedColumns, sqlName, type Table, type TableName } from '../schema.ts';

/** The tables that are moved, in the order in which they may be filled. Revocations are for nodes that run. */
export const TABLES = (Object.keys(SCHEMA) as TableName[]).filter((name) => !['meta', 'revocations'].includes(name));

/** The rows that are read, written or compared at once: at most 32 MB of the longest texts. */
export const BATCH = 2_000;

/** A row as JSON, by the names of its columns in SQL, the same whichever engine it comes from. */
export type Row = Record<string, string | number | boolean | null>;

/** A value as the driver of an engine has it. */
type Value = string | number | boolean | Uint8Array | null;

/** The names of the columns that both engines have. */
export function columnNames(name: TableName): string {
	return sharedColumns(name).map(sqlName).join(', ');
}

/** Reads all rows of a table in the order of their keys. */
export function selectAll(name: TableName): string {
	return `SELECT ${columnNames(name)} FROM ${sqlName(name)} ORDER BY ${SCHEMA[name].key.map(sqlName).join(', ')}`;
}

/** A row of an engine as JSON. */
export function toRow(name: TableName, values: Record<string, Value>): Row {
	const { columns }: Table = SCHEMA[name];
	return Object.fromEntries(
		sharedColumns(name).map((column) => {
			const value = values[sqlName(column)] ?? null;
			if (value instanceof Uint8Array) return [sqlName(column), `\\x${Buffer.from(value).toString('hex')}`];
			// SQLite says 0 and 1.
			return [sqlName(column), columns[column]?.kind === 'boolean' ? Boolean(value) : value];
		})
	);
}

/** The key of a row, to name it. */
export function keyOf(name: TableName, row: Row): string {
	return SCHEMA[name].key.map((column) => String(row[sqlName(column)])).join(' ');
}
