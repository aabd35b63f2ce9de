import type { Message } from '@digda/protocol';

/** Consecutive messages of an author within this time form a group. */
const GROUP_MS = 5 * 60_000;

/** The author and time of a message, in milliseconds since the epoch. */
type Said = Pick<Message, 'author' | 'sentAt'>;

/** Tells whether a message belongs to the group of the previous one. */
export function isContinuation(previous: Said, { author, sentAt }: Said): boolean {
	// A message has the name at the time of sending, so a new name begins a new group.
	const isSame = previous.author.id === author.id && previous.author.name === author.name;
	return isSame && Math.abs(sentAt - previous.sentAt) < GROUP_MS;
}

/**
 * Tells whether a message was sent on another day than the previous one.
 * @param day formats a day in the reader's time zone
 */
export function isOtherDay(previous: Said, { sentAt }: Said, day: Intl.DateTimeFormat): boolean {
	return day.format(previous.sentAt) !== day.format(sentAt);
}
