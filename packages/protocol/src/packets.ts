import type { Entry, Message } from './entries/index.ts';
import { MAX_PACKET_BYTES, MAX_PACKET_MESSAGES } from './limits.ts';

/** The size of a packet without its messages, in bytes: field names, a page's members, the frame. */
const ENVELOPE_BYTES = 24 * 1024;

/** Bytes for field names, numbers and ids: of a message or an entry, and of each reaction or person in it. */
const FIELDS_BYTES = 448;
const PART_BYTES = 96;

/** An upper bound of a message or an entry on the wire, in bytes of JSON. */
export function wireBytes(item: Message | Entry): number {
	const reactions = 'reactions' in item ? (item.reactions ?? []) : [];
	const text = 'text' in item ? item.text : '';
	// A UTF-16 unit takes at most three bytes of UTF-8. An escaped control or lone surrogate would take six. Cleaned
	// texts contain only tabs, line feeds, quotes and backslashes among those, at two bytes each.
	let bytes = FIELDS_BYTES + 3 * (text.length + item.author.name.length);
	const { mentions = [] } = 'mentions' in item ? item : {};
	for (const { name } of mentions) bytes += 2 * PART_BYTES + 3 * name.length;
	if ('quote' in item) bytes += 3 * PART_BYTES + 3 * (item.quote.text.length + item.quote.author.name.length);
	for (const { people } of reactions) {
		bytes += 2 * PART_BYTES;
		for (const { name } of people) bytes += PART_BYTES + 3 * name.length;
	}
	return bytes;
}

/**
 * Counts how many items fit into one packet, from the first on; at least one.
 * @param items in order of priority: the nearest first
 */
export function countFitting(items: readonly (Message | Entry)[]): number {
	let bytes = ENVELOPE_BYTES;
	const tooMany = items.findIndex((item, index) => {
		bytes += wireBytes(item);
		return index >= MAX_PACKET_MESSAGES || bytes > MAX_PACKET_BYTES;
	});
	return tooMany < 0 ? items.length : Math.max(tooMany, 1);
}
