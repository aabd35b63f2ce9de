import { SCHEMA, sqlName, type Kind, type RowOf, type SharedColumn, type Table, type TableName } from '../schema.ts';
import type { SqlValue } from '../write.ts';
import type { Parameter } from './sql.ts';

/** The SQL array types by the kind of column. */
const ARRAYS: Readonly<Record<Kind, string>> = {
	text: 'text[]',
	integer: 'bigint[]',
	boolean: 'boolean[]',
	bytes: 'bytea[]',
	counter: 'bigint[]'
};

/** Rows as a relation in a statement: one array per column. */
export interface Columns {
	/** The names of the columns in SQL. */
	names: string;
	/** The SQL expression that returns the rows. */
	relation: string;
	parameters: Parameter[];
}

/** Converts rows into the only parameters of a statement, whose text does not depend on their number. */
export function columnsOf<Name extends TableName, Column extends SharedColumn<Name>>(
	table: Name,
	rows: readonly Pick<RowOf<Name>, Column>[],
	columns: readonly Column[]
): Columns {
	const kinds: Table['columns'] = SCHEMA[table].columns;
	const lists = columns.map((column, index) => `$${index + 1}::${ARRAYS[kinds[column]?.kind ?? 'text']}`);
	return {
		names: columns.map(sqlName).join(', '),
		relation: `unnest(${lists.join(', ')})`,
		// The driver would not accept bytes here, but none of these tables has any.
		parameters: columns.map((column) => rows.map((row) => row[column] as SqlValue))
	};
}
