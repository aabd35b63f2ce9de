import type { DatabaseSync } from 'node:sqlite';
import { CONSUMER_BATCH, decideRun, type Position } from '../../rules/consumers/index.ts';
import { COUNT_ENTRIES, FIND_BEHIND, FIND_FIGURES, FIND_POSITION } from '../load.ts';
import type { RowOf } from '../schema.ts';
import type { Calls } from './calls.ts';
import { writingOf } from './changes.ts';
import { numbered, statementsOf } from './query.ts';
import { createLogReader } from './read-log.ts';
import { transact } from './transaction.ts';

/** Runs the consumers of the log. */
export function createConsume(database: DatabaseSync): Pick<Calls, 'consume' | 'behind' | 'countEntries'> {
	const prepare = statementsOf(database);
	const readLog = createLogReader(database);
	const write = writingOf(database);
	const findPosition = prepare<[string, string], Position>(numbered(FIND_POSITION));
	const findFigures = prepare<[string], RowOf<'figures'>>(numbered(FIND_FIGURES));
	const findBehind = prepare<[string], { room: string; lag: number }>(numbered(FIND_BEHIND));
	const countEntries = prepare<[], { kind: string; count: number }>(COUNT_ENTRIES);

	return {
		consume: (name, room) =>
			transact(database, 'IMMEDIATE', () => {
				const position = findPosition.first(name, room) ?? { head: 0, seq: null };
				const entries = readLog(room, position.seq ?? 0, CONSUMER_BATCH);
				const { consumed, writes } = decideRun(name, room, position, entries, findFigures.all(room));
				write(writes);
				return consumed;
			}),

		behind: (name) => findBehind.all(name),

		countEntries: () => countEntries.all()
	};
}
