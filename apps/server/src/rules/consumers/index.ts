import type { Entry } from '@digda/protocol';
import type { RowOf } from '../../store/schema.ts';
import type { Consumed } from '../../store/store.ts';
import type { Write } from '../../store/write.ts';
import { figures } from './figures.ts';

/** The consumers of the log, by the names under which their positions are stored. */
export const CONSUMERS = { figures };

export type ConsumerName = keyof typeof CONSUMERS;

/** The most entries that one run of a consumer reads: it delays a commit by a few milliseconds at most. */
export const CONSUMER_BATCH = 200;

/** The head of a room, and the position of a consumer in it: null before its first run. */
export interface Position {
	head: number;
	seq: number | null;
}

/** Decides a run of a consumer. @param entries those after the position */
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
