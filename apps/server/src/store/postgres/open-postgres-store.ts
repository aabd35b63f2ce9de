import type { Logger } from '../../log.ts';
import { TIMINGS, type Timings } from '../../timings.ts';
import { StoreRejection, type Store } from '../store.ts';
import { createAppend } from './append.ts';
import { createChanges } from './changes.ts';
import { Connection } from './Connection.ts';
import { Database } from './Database.ts';
import { createConsume } from './consume.ts';
import { createHistory } from './history.ts';
import { prepare } from './prepare.ts';
import { createRetention } from './retention.ts';
import { createRevocations } from './revocations.ts';
import { createDetails } from './details.ts';
import { createRooms } from './rooms.ts';
import { createSessions } from './sessions.ts';

/**
 * Opens a store in PostgreSQL, which several nodes can share, and migrates its schema. Every change is one transaction.
 * The changes of one person on a node take effect in order.
 * @throws {StoreRejection} it is unreachable or unusable
 */
export async function openPostgresStore(url: string, log: Logger, timings: Timings = TIMINGS): Promise<Store> {
	const ordered = new Connection(url);
	try {
		const epoch = await prepare(ordered);
		const database = new Database(url, ordered, { log, timings });
		return {
			epoch,
			isShared: true,
			...createAppend(database),
			...createChanges(database),
			...createConsume(database),
			...createHistory(database),
			...createDetails(database),
			...createRooms(database),
			...createRevocations(database),
			...createSessions(database),
			...createRetention(database),
			close: () => database.close()
		};
	} catch (error) {
		ordered.end();
		if (error instanceof StoreRejection) throw error;
		throw new StoreRejection(`the database cannot be used: ${error instanceof Error ? error.message : String(error)}`);
	}
}
