import { StoreRejection } from '../store.ts';
import type { Transaction } from './Transaction.ts';

/** An unfinished move into a database. */
export interface Moving {
	id: string;
}

/** The unfinished move into a database; undefined if there is none. */
export async function movingTo(transaction: Transaction): Promise<Moving | undefined> {
	const [found] = await transaction.query<{ exists: boolean }>("SELECT to_regclass('moving') IS NOT NULL AS exists");
	if (!found?.exists) return undefined;
	const [moving] = await transaction.query<Moving>('SELECT id FROM moving');
	return moving;
}

/** @throws {StoreRejection} a move into the database is unfinished */
export async function rejectMoving(transaction: Transaction): Promise<void> {
	if (!(await movingTo(transaction))) return;
	throw new StoreRejection('the move of a community into this database is unfinished: run the command migrate again');
}

/** Records the start of a move. Servers reject the database until it has ended. */
export async function beginMoving(transaction: Transaction, id: string): Promise<void> {
	await transaction.query('CREATE TABLE moving (id TEXT NOT NULL)');
	await transaction.query('INSERT INTO moving VALUES ($1)', [id]);
}

/** Records the end of a move, so that servers accept the database. */
export async function endMoving(transaction: Transaction): Promise<void> {
	await transaction.query('DROP TABLE moving');
}
