import { createSql } from '../create-sql.ts';

/** The statements that create the schema. */
export const SCHEMA_SQL = createSql({
	engine: 'postgres',
	types: {
		// Compared bytewise, as in SQLite.
		text: 'TEXT COLLATE "C"',
		integer: 'BIGINT',
		boolean: 'BOOLEAN',
		bytes: 'BYTEA',
		counter: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY'
	},
	options: ({ fillfactor }) => (fillfactor === undefined ? '' : ` WITH (fillfactor = ${fillfactor})`)
});
