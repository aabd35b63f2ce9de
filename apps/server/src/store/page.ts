import { countFitting, type Message } from '@digda/protocol';
import type { Range } from './store.ts';

/** The first and the last `seq` of a page, and the one to which its messages should be near. */
export function pageOf(range: Range, limit: number, head: number) {
	if ('before' in range) {
		const last = Math.min(range.before - 1, head);
		return { first: Math.max(1, last - limit + 1), last, anchor: last };
	}
	if ('after' in range) {
		const first = Math.max(1, range.after + 1);
		return { first, last: Math.min(first + limit - 1, head), anchor: first };
	}
	// Near an end of the log, the other half is longer.
	const anchor = Math.max(1, Math.min(range.around, head));
	const earliest = Math.max(1, anchor - Math.floor(limit / 2));
	const last = Math.min(earliest + limit - 1, head);
	return { first: Math.max(1, last - limit + 1), last, anchor };
}

/** The messages next to the anchor that fit into a packet; they are as consecutive as the page is. */
export function fitting(page: Message[], anchor: number): Message[] {
	const distance = ({ seq }: Message) => Math.abs(seq - anchor);
	const nearest = page.toSorted((one, other) => distance(one) - distance(other));
	return nearest.slice(0, countFitting(nearest)).sort((one, other) => one.seq - other.seq);
}
