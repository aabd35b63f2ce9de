import type { DatabaseSync } from 'node:sqlite';
import { newEpoch } from '../epoch.ts';
import { valueOf } from './query.ts';
import { SCHEMA_SQL } from './schema-sql.ts';
import { transact } from './transaction.ts';

/** The application id in the file's header: "DGDA". */
export const APPLICATION_ID = 0x44474441;

export type Migration = (database: DatabaseSync) => void;

/** The steps from an empty file to the newest schema. A step that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [createSchema];

/** The version of a database's schema: the number of applied migrations. */
export function schemaVersion(database: DatabaseSync): number {
	return Number(valueOf(database, 'PRAGMA user_version'));
}

/** Migrates a database. Each step is one transaction, so an interrupted step has no effect. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
	for (const [version, step] of migrations.entries()) {
		if (version < schemaVersion(database)) continue;
		transact(database, 'IMMEDIATE', () => {
			step(database);
			database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
			database.exec(`PRAGMA user_version = ${version + 1}`);
		});
	}
}

function createSchema(database: DatabaseSync): void {
	database.exec(SCHEMA_SQL);
	database.prepare('INSERT INTO meta VALUES (?)').run(newEpoch());
}
