import { countFitting, type Message } from '@digda/protocol';
import type { Range, Slice } from './store.ts';

/** The messages to load for a page. An engine may omit those that do not fit into a packet. */
export interface Plan {
	/** Up to `count` messages at or before this `seq`, the nearest first. */
	back: { from: number; count: number };
	/** Up to `count` messages at or after this `seq`, the nearest first. */
	forth: { from: number; count: number };
}

/** The range of a page, with the messages in it. */
export type Part = Pick<Slice, 'from' | 'to' | 'messages'>;

const NONE = { from: 0, count: 0 };

/** The numbers of messages before and after the `seq` of an `around` page, if known. */
export interface Sides {
	back: number;
	forth: number;
}

/** Plans a page. An extra message beyond the limit shows where the range ends. */
export function planOf(range: Range, limit: number, sides?: Sides): Plan {
	if ('before' in range) return { back: { from: range.before - 1, count: limit }, forth: NONE };
	if ('after' in range) return { back: NONE, forth: { from: range.after + 1, count: limit + 1 } };
	const back = sides ? backOf(sides, limit) : limit;
	const forth = sides ? limit - back : limit;
	return { back: { from: range.around - 1, count: back }, forth: { from: range.around, count: forth + 1 } };
}

/**
 * The number of messages before the `seq` of an `around` page: half of the page, more near the head, fewer near the
 * start.
 */
function backOf({ back, forth }: Sides, limit: number): number {
	return Math.min(back, Math.max(Math.floor(limit / 2), limit - forth));
}

/**
 * Builds a page from the planned messages. Its range begins with a message, because the first entry of a log is one, or
 * after the requested `seq`.
 * @param back the nearest first, like `forth`
 */
export function partOf(range: Range, limit: number, head: number, back: Message[], forth: Message[]): Part {
	const before =
		'around' in range ? backOf({ back: back.length, forth: forth.length }, limit) : Math.min(back.length, limit);
	const chosen = alternate(forth.slice(0, limit - before), back.slice(0, before));
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

/** Interleaves two lists, so that the nearest items come first. */
function alternate<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
	const items: Item[] = [];
	for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
		for (const item of [one[index], other[index]]) if (item !== undefined) items.push(item);
	}
	return items;
}
