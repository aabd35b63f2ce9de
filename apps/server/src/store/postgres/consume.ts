import { CONSUMER_BATCH, decideRun, type Position } from '../../rules/consumers/index.ts';
import { COUNT_ENTRIES, FIND_BEHIND, FIND_FIGURES, FIND_POSITION } from '../load.ts';
import type { RowOf } from '../schema.ts';
import type { Store } from '../store.ts';
import { send } from './changes.ts';
import type { Database } from './Database.ts';
import { readLog } from './history.ts';
import { tryConsumer } from './locks.ts';

/** Runs the consumers of the log. They use the connections for reads, so that no commit waits for them. */
export function createConsume(database: Database): Pick<Store, 'consume' | 'behind' | 'countEntries'> {
	return {
		consume: (name, room) =>
			database.concurrently((sql) =>
				sql.transaction(async (transaction) => {
					if (!(await tryConsumer(transaction, name, room))) return { read: 0, left: 0 };
					const [[position = { head: 0, seq: null }], figures] = await Promise.all([
						transaction.query<Position>(FIND_POSITION, [name, room]),
						transaction.query<RowOf<'figures'>>(FIND_FIGURES, [room])
					]);
					const entries = await readLog(transaction, room, position.seq ?? 0, CONSUMER_BATCH);
					const { consumed, writes } = decideRun(name, room, position, entries, figures);
					for (const write of writes) send(transaction, write);
					return consumed;
				})
			),

		behind: (name) => database.concurrently((sql) => sql.query<{ room: string; lag: number }>(FIND_BEHIND, [name])),

		countEntries: () => database.concurrently((sql) => sql.query<{ kind: string; count: number }>(COUNT_ENTRIES))
	};
}
