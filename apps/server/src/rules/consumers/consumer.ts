import type { Entry } from '@digda/protocol';
import type { RowOf } from '../../store/schema.ts';
import type { Write } from '../../store/write.ts';

/**
 * A task that reads the log behind the commits. A store runs it in one transaction with the position that it moves: it works on every
 * entry once, whatever is killed in between.
 */
export interface Consumer {
	/** The rows to write for entries that follow on those of before. @param figures the rows of the room before */
	consume: (room: string, entries: readonly Entry[], figures: readonly RowOf<'figures'>[]) => Write[];
}
