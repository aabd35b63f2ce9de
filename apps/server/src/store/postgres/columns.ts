import { SCHEMA, sqlName, type Kind, type RowOf, type SharedColumn, type Table, type TableName } from '../schema.ts';
import type { SqlValue } from '../write.ts';
import type { Parameter } from './sql.ts';

/** The types of lists of values, by the kind of their column. */
const ARRAYS: Readonly<Record<Kind, string>> = {
	text: 'text[]',
	integer: 'bigint[]',
	boolean: 'boolean[]',
	bytes: 'bytea[]',
	counter: 'bigint[]'
};

/** Rows as a relation of a statement: one list of values for each of their columns. */
export interface Columns {
	/** The names of the columns in SQL. */
	names: string;
	/** The expression whose rows they are. */
	relation: string;
	parameters: Parameter[];
}

/** Rows of a table as the only parameters of a statement, so that it has the same text however many they are. */
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
		// The driver takes no bytes here: none of these tables has any.
		parameters: columns.map((column) => rows.map((row) => row[column] as SqlValue))
	};
}
