import { countBytes, MAX_PACKET_BYTES, type Version } from '@digda/protocol';
import type { FoundMessage } from '../store/load.ts';

/** The row of an edit. */
export interface EditRow {
	/** JSON; empty after the message was deleted. */
	content: string;
	sentAt: number;
}

/** The largest share of a packet that texts take: JSON may double them. */
const MOST_BYTES = MAX_PACKET_BYTES / 3;

/** Whether a person may read the versions of a message. */
export function whyNoVersions(
	found: FoundMessage | undefined,
	userId: string
): 'not_found' | 'forbidden' | 'gone' | undefined {
	if (!found) return 'not_found';
	if (found.authorId !== userId) return 'forbidden';
	return found.text === '' ? 'gone' : undefined;
}

/**
 * The earlier versions of a message, oldest first: the newest `limit` that fit into a packet.
 * @param edits its newest edits, the newest first, at most `limit` + 1
 */
export function versionsOf({ original, sentAt }: FoundMessage, edits: readonly EditRow[], limit: number): Version[] {
	const texts = edits.map(({ content, sentAt }) => ({ ...(JSON.parse(content) as { text: string }), sentAt }));
	const first = edits.length <= limit ? [{ text: original, sentAt }] : [];
	// The newest edit made the present text.
	const earlier = [...texts.slice(1), ...(edits.length > 0 ? first : [])].slice(0, limit);
	let bytes = 0;
	const tooMany = earlier.findIndex(({ text }) => (bytes += countBytes(text)) > MOST_BYTES);
	return earlier
		.slice(0, tooMany < 0 ? earlier.length : tooMany)
		.map(({ text, sentAt }) => ({ text, sentAt }))
		.reverse();
}
