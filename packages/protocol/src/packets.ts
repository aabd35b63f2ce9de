import type { Message } from './chat.ts';
import { MAX_PACKET_BYTES, MAX_PACKET_MESSAGES } from './limits.ts';

/** What a packet holds besides its messages, in bytes: names of fields, a page's members, the frame. */
const ENVELOPE_BYTES = 24 * 1024;

/** The size of a message on the wire, in bytes of JSON, and never less than that. */
export function wireBytes({ text, author }: Message): number {
	// A unit of UTF-16 has at most three bytes, an escaped control or lone surrogate six, and a cleaned text has
	// of those only tabs, line feeds, quotes and backslashes, with two.
	return 3 * (text.length + author.name.length) + 256;
}

/**
 * How many messages, from the first on, fit into one packet; at least one.
 * @param messages in the order in which they matter: the nearest first
 */
export function countFitting(messages: readonly Message[]): number {
	let bytes = ENVELOPE_BYTES;
	const tooMany = messages.findIndex((message, index) => {
		bytes += wireBytes(message);
		return index >= MAX_PACKET_MESSAGES || bytes > MAX_PACKET_BYTES;
	});
	return tooMany < 0 ? messages.length : Math.max(tooMany, 1);
}
