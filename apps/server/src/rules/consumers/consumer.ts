import type { Entry } from '@digda/protocol';
import type { RowOf } from '../../store/schema.ts';
import type { Write } from '../../store/write.ts';

/**
 * A background task on the log. The store runs it in one transaction with its position, so it processes each entry
 * exactly once, even when the process is killed.
 */
export interface Consumer {
	/** Returns the writes for the next entries of a room. @param figures the current rows of the room */
	consume: (room: string, entries: readonly Entry[], figures: readonly RowOf<'figures'>[]) => Write[];
}
