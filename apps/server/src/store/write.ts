import { SCHEMA, sqlName, type Column, type RowOf, type Table, type TableName } from './schema.ts';

type WriteTo<Name extends TableName> =
	/** `ifMissing`: an existing row stays unchanged. */
	| { insert: Name; row: Partial<RowOf<Name>>; ifMissing?: true }
	| { update: Name; set: Partial<RowOf<Name>>; where: Partial<RowOf<Name>> }
	| { remove: Name; where: Partial<RowOf<Name>> };

/** A write of a decision; `where` compares columns with values. */
export type Write = { [Name in TableName]: WriteTo<Name> }[TableName];

/** A value that both drivers accept. */
export type SqlValue = string | number | boolean | null | Uint8Array;

type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The statement of a write, with the parameters `$1`, `$2` …
 * @returns the same text for every write of the same shape, so that it can be prepared once
 */
export function statementOf(write: Write): { text: string; values: SqlValue[] } {
	const values: SqlValue[] = [];
	const name = 'insert' in write ? write.insert : 'update' in write ? write.update : write.remove;
	const { columns }: Table = SCHEMA[name];
	const parameter = (column: string, value: Row[string]) => `$${values.push(toSql(columns[column], value))}`;
	const assign = (row: Row, separator: string) =>
		Object.entries(row)
			.map(([column, value]) => `${sqlName(column)} = ${parameter(column, value)}`)
			.join(separator);

	const table = sqlName(name);
	if ('insert' in write) {
		const row: Row = write.row;
		const names = Object.keys(row).map(sqlName).join(', ');
		const parameters = Object.entries(row).map(([column, value]) => parameter(column, value));
		const onConflict = write.ifMissing ? ' ON CONFLICT DO NOTHING' : '';
		return { text: `INSERT INTO ${table} (${names}) VALUES (${parameters.join(', ')})${onConflict}`, values };
	}
	if ('update' in write) {
		const text = `UPDATE ${table} SET ${assign(write.set, ', ')} WHERE ${assign(write.where, ' AND ')}`;
		return { text, values };
	}
	return { text: `DELETE FROM ${table} WHERE ${assign(write.where, ' AND ')}`, values };
}

function toSql(column: Column | undefined, value: Row[string]): SqlValue {
	return column?.kind === 'bytes' ? Buffer.from(String(value), 'hex') : value;
}
