import { createSql, isCounted } from '../create-sql.ts';

/** The statements that create the schema. */
export const SCHEMA_SQL = createSql({
	engine: 'sqlite',
	types: {
		text: 'TEXT',
		integer: 'INTEGER',
		boolean: 'INTEGER',
		bytes: 'BLOB',
		counter: 'INTEGER PRIMARY KEY AUTOINCREMENT'
	},
	// Rows are stored in the order of their keys, unless the database numbers them.
	options: (table) => (table.key.length === 0 || isCounted(table) ? ' STRICT' : ' STRICT, WITHOUT ROWID')
});
