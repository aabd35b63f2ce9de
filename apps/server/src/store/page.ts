import { countFitting, type Message } from '@digda/protocol';
import type { Range, Slice } from './store.ts';

/** The messages that are loaded for a page. Those that do not fit into a packet any more need not be loaded. */
export interface Plan {
	/** So many at this `seq` and before it, the nearest first. */
	back: { from: number; count: number };
	/** So many at this `seq` and after it, the nearest first. */
	forth: { from: number; count: number };
}

/** The range of a page, with the messages in it. */
export type Part = Pick<Slice, 'from' | 'to' | 'messages'>;

const NONE = { from: 0, count: 0 };

/** Plans a page. One message more than it can hold says where its range ends. */
export function planOf(range: Range, limit: number): Plan {
	if ('before' in range) return { back: { from: range.before - 1, count: limit }, forth: NONE };
	if ('after' in range) return { back: NONE, forth: { from: range.after + 1, count: limit + 1 } };
	return { back: { from: range.around - 1, count: limit }, forth: { from: range.around, count: limit + 1 } };
}

/**
 * Makes a page of the messages of its plan. A range begins with a message, because the first entry of a log is one, or after the
 * `seq` that was asked for.
 * @param back the nearest first, as is `forth`
 */
export function partOf(range: Range, limit: number, head: number, back: Message[], forth: Message[]): Part {
	const isAround = 'around' in range;
	// Near an end of the log, the other half is longer.
	const before = isAround ? Math.min(back.length, Math.max(Math.floor(limit / 2), limit - forth.length)) : limit;
	const after = isAround ? limit - Math.min(before, back.length) : limit;
	const chosen = alternate(forth.slice(0, after), back.slice(0, before));
	const messages = chosen.slice(0, countFitting(chosen)).sort((one, other) => one.seq - other.seq);
	const last = messages.at(-1)?.seq ?? 0;
	const next = forth.find(({ seq }) => seq > last);
	if ('before' in range) {
		return { from: messages[0]?.seq ?? 1, to: Math.max(0, Math.min(range.before - 1, head)), messages };
	}
	if ('after' in range) {
		return { from: range.after + 1, to: next ? next.seq - 1 : Math.max(head, range.after), messages };
	}
	return { from: messages[0]?.seq ?? 1, to: next ? next.seq - 1 : head, messages };
}

/** The items of two lists in turns, so that those that are near come first. */
function alternate<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
	const longest = Math.max(one.length, other.length);
	return Array.from({ length: longest }, (_, index) => [one[index], other[index]])
		.flat()
		.filter((item) => item !== undefined);
}
