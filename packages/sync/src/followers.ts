import { createId } from './create-id.ts';
import { isSameTarget } from './entry-content.ts';
import { isMessage, namedBy, targetOf, withNamed, type StoredEntry } from './OutboxEntry.ts';

/**
 * Lets the entries that name a message follow it when it gets another id or author, is retried, or is retracted.
 * @param after undefined when the message was retracted: its replies then reply to nothing
 * @param idOf returns the new id of an entry that gets another author
 * @returns the same entry when it does not name the message
 */
export function followed(
	stored: StoredEntry,
	before: StoredEntry,
	after: StoredEntry | undefined,
	idOf: (id: string) => string
): StoredEntry {
	const named = namedBy(stored.content);
	if (!isMessage(before) || !named || !isSameTarget(named, targetOf(before))) return stored;
	if (!after) return withoutSource(stored);
	const target = targetOf(after);
	// The server has rejected it for the lack of its message.
	const { failure, ...waiting } = stored;
	const kept = failure === 'not_found' ? waiting : stored;
	if (isSameTarget(named, target)) return kept;
	const content = withNamed(stored.content, target);
	// Only authors edit their messages, so changes are adopted with the message.
	if (isMessage(stored) || stored.userId !== before.userId || after.userId === before.userId)
		return { ...kept, content };
	return { ...kept, content, id: idOf(stored.id), userId: after.userId, wasSent: false };
}

function withoutSource(stored: StoredEntry): StoredEntry {
	if (stored.content.kind !== 'message') return stored;
	const { replyTo, ...content } = stored.content;
	return { ...stored, content };
}

/** Creates a function that returns the same new id for the same old one. */
export function newIds(): (id: string) => string {
	const ids = new Map<string, string>();
	return (id) => {
		const known = ids.get(id) ?? createId();
		ids.set(id, known);
		return known;
	};
}
