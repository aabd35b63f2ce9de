import type { Message } from '@digda/protocol';

/** Messages of one author that follow each other within this time belong together. */
const GROUP_MS = 5 * 60_000;

/** Who said something, and when, in milliseconds since the epoch. */
type Said = Pick<Message, 'author' | 'sentAt'>;

/** Whether a message goes on with what its author said before it. */
export function isContinuation(previous: Said, { author, sentAt }: Said): boolean {
	// A name is the one at the time of sending: where it changes, it is said again.
	const isSame = previous.author.id === author.id && previous.author.name === author.name;
	return isSame && Math.abs(sentAt - previous.sentAt) < GROUP_MS;
}

/**
 * Whether a message came on another day than the one before it.
 * @param day writes the day of a time in the reader's time zone
 */
export function isOtherDay(previous: Said, { sentAt }: Said, day: Intl.DateTimeFormat): boolean {
	return day.format(previous.sentAt) !== day.format(sentAt);
}
