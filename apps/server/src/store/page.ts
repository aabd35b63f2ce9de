import { countFitting, MAX_PACKET_BYTES, type Message } from '@digda/protocol';
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

/** The size of a message in a store, in bytes of UTF-8 of its text and its author's name; `wireBytes` is never less. */
export interface Sized {
	seq: number;
	size: number;
}

/**
 * The part of a page that may fit into a packet: nobody reads twenty times as much as fits.
 * @param sizes of all its messages
 * @returns the first and the last `seq` of the part, which has all that `fitting` would choose from the page
 */
export function reachOf(sizes: readonly Sized[], anchor: number): { first: number; last: number } {
	const nearest = sizes.toSorted((one, other) => Math.abs(one.seq - anchor) - Math.abs(other.seq - anchor));
	let [bytes, first, last] = [0, anchor, anchor];
	for (const { seq, size } of nearest) {
		if (bytes > MAX_PACKET_BYTES) break;
		bytes += size;
		first = Math.min(first, seq);
		last = Math.max(last, seq);
	}
	return { first, last };
}

/** The messages next to the anchor that fit into a packet; they are as consecutive as the page is. */
export function fitting(page: Message[], anchor: number): Message[] {
	const distance = ({ seq }: Message) => Math.abs(seq - anchor);
	const nearest = page.toSorted((one, other) => distance(one) - distance(other));
	return nearest.slice(0, countFitting(nearest)).sort((one, other) => one.seq - other.seq);
}
