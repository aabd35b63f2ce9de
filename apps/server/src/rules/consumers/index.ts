import type { Entry } from '@digda/protocol';
import type { RowOf } from '../../store/schema.ts';
import type { Consumed } from '../../store/store.ts';
import type { Write } from '../../store/write.ts';
import { figures } from './figures.ts';

/** The consumers of the log, by the names under which their positions are stored. */
export const CONSUMERS = { figures };

export type ConsumerName = keyof typeof CONSUMERS;

/** The most that one run of a consumer reads: a commit behind it waits a few milliseconds at most. */
export const CONSUMER_BATCH = 200;

/** A room, and how far a consumer has read it: null before its first run. */
export interface Position {
	head: number;
	seq: number | null;
}

/** Decides about a run of a consumer. @param entries those after the position */
export function decideRun(
	name: ConsumerName,
	room: string,
	position: Position,
	entries: readonly Entry[],
	rows: readonly RowOf<'figures'>[]
): { consumed: Consumed; writes: Write[] } {
	const last = entries.at(-1);
	const seq = last?.seq ?? position.seq ?? 0;
	const consumed = { read: entries.length, left: position.head - seq };
	if (!last) return { consumed, writes: [] };
	const moved: Write =
		position.seq === null
			? { insert: 'consumers', row: { name, room, seq } }
			: { update: 'consumers', set: { seq }, where: { name, room } };
	return { consumed, writes: [...CONSUMERS[name].consume(room, entries, rows), moved] };
}
