import { StoreRefusal } from '../store.ts';
import type { Transaction } from './connect.ts';

/** A move into a database that has not ended. */
export interface Moving {
	id: string;
}

/** The move into a database that has not ended; undefined when there is none. */
export async function movingTo(transaction: Transaction): Promise<Moving | undefined> {
	const [found] = await transaction<{ exists: boolean }[]>`SELECT to_regclass('moving') IS NOT NULL AS exists`;
	if (!found?.exists) return undefined;
	const [moving] = await transaction<Moving[]>`SELECT id FROM moving`;
	return moving;
}

/** @throws {StoreRefusal} a move into the database has not ended */
export async function refuseMoving(transaction: Transaction): Promise<void> {
	if (!(await movingTo(transaction))) return;
	throw new StoreRefusal('a community is still being moved into this database: let the command migrate end first');
}

/** Says that a move begins; servers refuse the database until it has ended. */
export async function beginMoving(transaction: Transaction, id: string): Promise<void> {
	await transaction`CREATE TABLE moving (id TEXT NOT NULL, run TEXT NOT NULL)`;
	await transaction`INSERT INTO moving VALUES (${id}, '')`;
}

/** Makes this the run of the command that fills the database; whatever an earlier one still does is over then. */
export async function takeOver(transaction: Transaction, run: string): Promise<void> {
	await transaction`UPDATE moving SET run = ${run}`;
}

/** Keeps later runs out until the transaction ends. @throws {StoreRefusal} one has taken over */
export async function holdMoving(transaction: Transaction, run: string): Promise<void> {
	const isOurs = (await movingTo(transaction)) && (await transaction`SELECT FROM moving WHERE run = ${run} FOR UPDATE`);
	if (isOurs?.count !== 1) throw new StoreRefusal('the command was started a second time, and that one goes on');
}

/** Lets servers have the database. */
export async function endMoving(transaction: Transaction): Promise<void> {
	await transaction`DROP TABLE moving`;
}
