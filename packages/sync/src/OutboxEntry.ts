import type { Message, RejectionCode, Target } from '@digda/protocol';
import type { Content } from './entry-content.ts';

/** The stored form of an entry that its author made and the server has not acknowledged. */
export interface StoredEntry {
	/** The UUID of the entry. */
	readonly id: string;
	/** The author; empty before the browser's first session. */
	readonly userId: string;
	readonly room: string;
	readonly content: Content;
	/** The client's clock when its author made it, in milliseconds since the epoch: for display, never an order. */
	readonly typedAt: number;
	/** Tells whether the server may have it: it was sent at least once, without a final reply. */
	readonly wasSent: boolean;
	/** The final rejection. */
	readonly failure?: RejectionCode;
}

/** Waiting to be sent; sent, without a reply; in the log; rejected for good. */
export type EntryState = 'waiting' | 'sending' | 'stored' | 'failed';

/** An entry of the outbox. A change makes another object. */
export interface OutboxEntry extends StoredEntry {
	readonly state: EntryState;
	/** Tells whether it survives a reload. */
	readonly isDurable: boolean;
	/** Its `seq`, once it is in the log. */
	readonly seq?: number;
}

/** An entry, new or from the storage, before it is sent. */
export function toOutboxEntry(stored: StoredEntry, isDurable: boolean): OutboxEntry {
	return { ...stored, state: stored.failure === undefined ? 'waiting' : 'failed', isDurable };
}

/** The part of an entry that is stored. */
export function toStored({ state, isDurable, seq, ...stored }: OutboxEntry): StoredEntry {
	return stored;
}

/** An entry after its stored part was changed. */
export function withStored(entry: OutboxEntry, stored: StoredEntry): OutboxEntry {
	const changed = toOutboxEntry(stored, entry.isDurable);
	if (changed.state === 'failed' || entry.state === 'failed') return changed;
	return { ...changed, state: entry.state, ...(entry.seq !== undefined && { seq: entry.seq }) };
}

/** An entry from before the browser's first session as one of its user; any other entry as it is. */
export function withAuthor(stored: StoredEntry, userId: string): StoredEntry {
	if (stored.userId !== '') return stored;
	const { content } = stored;
	// Before the session its author's own messages had no author either.
	if (content.kind === 'message' || content.target.author !== '') return { ...stored, userId };
	return { ...stored, userId, content: { ...content, target: { ...content.target, author: userId } } };
}

/** Tells whether an entry makes a message. */
export function isMessage<Of extends StoredEntry>(entry: Of): entry is Of & { readonly content: { kind: 'message' } } {
	return entry.content.kind === 'message';
}

/** The message that an entry makes or changes, or a message itself, as a target. */
export function targetOf(message: Message | StoredEntry): Target {
	if (!('content' in message)) return { author: message.author.id, id: message.id };
	const { content, userId, id } = message;
	return content.kind === 'message' ? { author: userId, id } : content.target;
}
