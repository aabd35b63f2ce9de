import { newEpoch } from '../epoch.ts';
import { StoreRejection } from '../store.ts';
import type { Connection } from './Connection.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { rejectMoving } from './moving.ts';
import type { Sql } from './sql.ts';
import type { Transaction } from './Transaction.ts';

/** The key of the lock for schema changes: "DGDA". */
const LOCK = 0x44474441;

/** Settings that an operator may have disabled for speed. */
const DURABLE = ['synchronous_commit', 'fsync', 'full_page_writes'] as const;

/**
 * Migrates a database. Nodes that start together wait for each other.
 * @returns the epoch of its log
 * @throws {StoreRejection} it may lose acknowledged writes, belongs to a newer version, or a move into it is unfinished
 */
export async function prepare(connection: Connection, migrations: readonly Migration[] = MIGRATIONS): Promise<string> {
	await checkDurable(connection);
	return await connection.transaction(async (transaction) => {
		await lockSchema(transaction);
		await rejectMoving(transaction);
		await upgrade(transaction, migrations);
		return await ensureEpoch(transaction, newEpoch());
	});
}

/** @throws {StoreRejection} the database may lose acknowledged writes */
export async function checkDurable(sql: Sql): Promise<void> {
	for (const name of DURABLE) {
		const [row] = await sql.query<{ value: string }>('SELECT current_setting($1) AS value', [name]);
		if (row?.value === 'off') throw new StoreRejection(`${name} is off: the database may lose acknowledged messages`);
	}
}

/** Takes the lock for schema changes until the transaction ends. */
export async function lockSchema(transaction: Transaction): Promise<void> {
	transaction.send('SET LOCAL lock_timeout = 0');
	transaction.send('SET LOCAL statement_timeout = 0');
	await transaction.query('SELECT pg_advisory_xact_lock($1, 0)', [LOCK]);
}

/** Migrates the schema. @throws {StoreRejection} it belongs to a newer version */
export async function upgrade(transaction: Transaction, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
	transaction.send('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
	const [{ version } = { version: 0 }] = await transaction.query<{ version: number }>(
		'SELECT version FROM schema_version'
	);
	if (version > migrations.length) throw new StoreRejection('the database belongs to a newer version of digda');
	for (const step of migrations.slice(version)) transaction.send(step);
	if (version < migrations.length) {
		transaction.send('DELETE FROM schema_version');
		transaction.send('INSERT INTO schema_version VALUES ($1)', [migrations.length]);
	}
}

/** Sets the epoch of a database without one. @returns its epoch */
export async function ensureEpoch(transaction: Transaction, epoch: string): Promise<string> {
	transaction.send('INSERT INTO meta SELECT $1 WHERE NOT EXISTS (SELECT FROM meta)', [epoch]);
	const [meta] = await transaction.query<{ epoch: string }>('SELECT epoch FROM meta');
	if (!meta) throw new StoreRejection('the database has no epoch');
	return meta.epoch;
}
