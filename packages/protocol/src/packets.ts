import type { Entry, Message } from './entries/index.ts';
import { MAX_PACKET_BYTES, MAX_PACKET_MESSAGES } from './limits.ts';

/** What a packet holds besides its messages, in bytes: names of fields, a page's members, the frame. */
const ENVELOPE_BYTES = 24 * 1024;

/** Names of fields, numbers and identifiers of a message or an entry, and of a reaction or a person in it. */
const FIELDS_BYTES = 448;
const PART_BYTES = 96;

/** The size of a message or an entry on the wire, in bytes of JSON, and never less than that. */
export function wireBytes(item: Message | Entry): number {
	const reactions = 'reactions' in item ? (item.reactions ?? []) : [];
	const text = 'text' in item ? item.text : '';
	// A unit of UTF-16 has at most three bytes, an escaped control or lone surrogate six, and a cleaned text has
	// of those only tabs, line feeds, quotes and backslashes, with two.
	let bytes = FIELDS_BYTES + 3 * (text.length + item.author.name.length);
	for (const { people } of reactions) {
		bytes += 2 * PART_BYTES;
		for (const { name } of people) bytes += PART_BYTES + 3 * name.length;
	}
	return bytes;
}

/**
 * Counts the messages or entries, from the first on, that fit into one packet; at least one.
 * @param items in the order in which they matter: the nearest first
 */
export function countFitting(items: readonly (Message | Entry)[]): number {
	let bytes = ENVELOPE_BYTES;
	const tooMany = items.findIndex((item, index) => {
		bytes += wireBytes(item);
		return index >= MAX_PACKET_MESSAGES || bytes > MAX_PACKET_BYTES;
	});
	return tooMany < 0 ? items.length : Math.max(tooMany, 1);
}
