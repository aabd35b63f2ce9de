import { StoreRejection } from '../store.ts';
import type { Transaction } from './Transaction.ts';

/** A move into a database that has not ended. */
export interface Moving {
	id: string;
}

/** The move into a database that has not ended; undefined when there is none. */
export async function movingTo(transaction: Transaction): Promise<Moving | undefined> {
	const [found] = await transaction.query<{ exists: boolean }>("SELECT to_regclass('moving') IS NOT NULL AS exists");
	if (!found?.exists) return undefined;
	const [moving] = await transaction.query<Moving>('SELECT id FROM moving');
	return moving;
}

/** @throws {StoreRejection} a move into the database has not ended */
export async function rejectMoving(transaction: Transaction): Promise<void> {
	if (!(await movingTo(transaction))) return;
	throw new StoreRejection('a community was not moved into this database to the end: run the command migrate again');
}

/** Says that a move begins; servers reject the database until it has ended. */
export async function beginMoving(transaction: Transaction, id: string): Promise<void> {
	await transaction.query('CREATE TABLE moving (id TEXT NOT NULL)');
	await transaction.query('INSERT INTO moving VALUES ($1)', [id]);
}

/** Lets servers have the database. */
export async function endMoving(transaction: Transaction): Promise<void> {
	await transaction.query('DROP TABLE moving');
}
