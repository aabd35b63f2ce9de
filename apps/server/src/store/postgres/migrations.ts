import { SCHEMA_SQL } from './schema-sql.ts';

/** A step from one version of the schema to the next, as SQL. */
export type Migration = string;

/** The steps from an empty database to the newest schema. A step that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [SCHEMA_SQL];
