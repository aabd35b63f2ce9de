import { DatabaseSync } from 'node:sqlite';
import { migrate, MIGRATIONS, schemaVersion } from './migrations.ts';
import { DamagedContent } from './sqlite-error.ts';

/**
 * Checks that a database has every table and index of its version as the migrations make them. Additional ones are
 * allowed.
 * @throws {DamagedContent} one is missing or different
 */
export function checkSchema(database: DatabaseSync): void {
	const found = schemaOf(database);
	const model = new DatabaseSync(':memory:');
	try {
		migrate(model, MIGRATIONS.slice(0, schemaVersion(database)));
		for (const [name, sql] of schemaOf(model)) {
			if (found.get(name) !== sql) throw new DamagedContent(`the schema of ${String(name)} is damaged`);
		}
	} finally {
		model.close();
	}
}

/** The statements of the tables and indexes, by name. */
function schemaOf(database: DatabaseSync): Map<unknown, unknown> {
	const rows = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
	return new Map(
		rows.map(({ type, name, tbl_name, sql }) => [name, `${String(type)} ${String(tbl_name)} ${String(sql)}`])
	);
}
