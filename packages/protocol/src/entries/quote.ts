import type { User } from '../chat.ts';
import { MAX_QUOTE_CODE_POINTS } from '../limits.ts';
import type { ChangeEntry } from './fold.ts';
import type { Message } from './message.ts';

/**
 * The message that a reply answers, as it is now. The server makes it whenever it sends the reply, and never stores it
 * with the reply.
 */
export interface Quote {
	/** The position, the id and the author of the source. */
	seq: number;
	id: string;
	author: User;
	/** The beginning of its text on one line, at most `MAX_QUOTE_CODE_POINTS`; empty after it was deleted. */
	text: string;
	/** The `seq` of the last edit or deletion of the source. */
	changed?: number;
	isDeleted?: true;
	/** Set for a reader who must not see the source, along with `isDeleted` and an empty text. */
	isHidden?: true;
}

/** The part of a text that a quote is made from, in code points. An engine may cut the text here before it reads it. */
export const QUOTED_CODE_POINTS = 4 * MAX_QUOTE_CODE_POINTS;

/** Makes the text of a quote: one line, cut after `MAX_QUOTE_CODE_POINTS`. */
export function excerptOf(text: string): string {
	// A code point is one or two UTF-16 units.
	const start = Array.from(text.slice(0, 2 * QUOTED_CODE_POINTS)).slice(0, QUOTED_CODE_POINTS);
	const line = Array.from(start.join('').replace(/\s+/g, ' ').trim());
	if (line.length <= MAX_QUOTE_CODE_POINTS && start.length < QUOTED_CODE_POINTS) return line.join('');
	return `${line.slice(0, MAX_QUOTE_CODE_POINTS - 1).join('')}…`;
}

/** Quotes a message that a client holds, such as the source of a reply that waits in an outbox. */
export function quoteOf({ seq, id, author, text, changed, isDeleted }: Message): Quote {
	const quote = { seq, id, author, text: excerptOf(text), ...(changed !== undefined && { changed }) };
	return isDeleted ? { ...quote, isDeleted } : quote;
}

/** The `seq` of the last entry folded into the quote of a message; 0 without a quote. */
export function lastEntryInQuote({ quote }: Message): number {
	return quote ? (quote.changed ?? quote.seq) : 0;
}

/** Applies an entry to the quote of its target. Other messages stay the same object. */
export function foldQuote(message: Message, entry: ChangeEntry): Message {
	const { quote } = message;
	if (quote?.seq !== entry.target.seq || quote.isDeleted || entry.seq <= lastEntryInQuote(message)) return message;
	const { seq: changed } = entry;
	if (entry.kind === 'delete') return { ...message, quote: { ...quote, text: '', changed, isDeleted: true } };
	// A later deletion has erased an empty text.
	if (entry.kind !== 'edit' || entry.text === '') return message;
	return { ...message, quote: { ...quote, text: excerptOf(entry.text), changed } };
}
