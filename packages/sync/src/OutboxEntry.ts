import type { Message, RejectionCode, Target } from '@digda/protocol';
import type { Content } from './entry-content.ts';

/** The stored form of an entry that the server has not acknowledged. */
export interface StoredEntry {
	/** The UUID of the entry. */
	readonly id: string;
	/** The author; empty before the browser's first session. */
	readonly userId: string;
	readonly room: string;
	readonly content: Content;
	/** The client's clock at its creation, in milliseconds since the epoch. It is for display, and does not define an order. */
	readonly typedAt: number;
	/** Tells whether the server may have it, because it was sent at least once without a final reply. */
	readonly wasSent: boolean;
	/** The final rejection. */
	readonly failure?: RejectionCode;
}

/** `waiting` to be sent, `sending` until there is a reply, `stored` in the log, or `failed` with a final rejection. */
export type EntryState = 'waiting' | 'sending' | 'stored' | 'failed';

/** An entry of the outbox. It is immutable: a change creates another object. */
export interface OutboxEntry extends StoredEntry {
	readonly state: EntryState;
	/** Tells whether it survives a reload. */
	readonly isDurable: boolean;
	/** Its `seq`, once it is in the log. */
	readonly seq?: number;
}

/** Makes an outbox entry of a stored one, before it is sent. */
export function toOutboxEntry(stored: StoredEntry, isDurable: boolean): OutboxEntry {
	return { ...stored, state: stored.failure === undefined ? 'waiting' : 'failed', isDurable };
}

/** Extracts the stored part of an entry. */
export function toStored({ state, isDurable, seq, ...stored }: OutboxEntry): StoredEntry {
	return stored;
}

/** Replaces the stored part of an entry. */
export function withStored(entry: OutboxEntry, stored: StoredEntry): OutboxEntry {
	const changed = toOutboxEntry(stored, entry.isDurable);
	if (changed.state === 'failed' || entry.state === 'failed') return changed;
	return { ...changed, state: entry.state, ...(entry.seq !== undefined && { seq: entry.seq }) };
}

/** Assigns an entry from before the browser's first session to a user. Any other entry is returned unchanged. */
export function withAuthor(stored: StoredEntry, userId: string): StoredEntry {
	if (stored.userId !== '') return stored;
	// Before the session, the author of the target had no id either.
	const named = namedBy(stored.content);
	const content = named?.author === '' ? withNamed(stored.content, { ...named, author: userId }) : stored.content;
	return { ...stored, userId, content };
}

/** Returns the message that an entry changes or replies to. */
export function namedBy(content: Content): Target | undefined {
	if (content.kind === 'message') return content.replyTo;
	return 'target' in content ? content.target : undefined;
}

/** Lets an entry change another message, or reply to it. */
export function withNamed(content: Content, named: Target): Content {
	if (content.kind === 'message') return { ...content, replyTo: named };
	return 'target' in content ? { ...content, target: named } : content;
}

/** Tells whether an entry can be retracted: the server does not have it. */
export function canRetract({ wasSent, failure }: StoredEntry): boolean {
	return !wasSent || failure !== undefined;
}

/** Tells whether an entry creates a message. */
export function isMessage<Of extends StoredEntry>(entry: Of): entry is Of & { readonly content: { kind: 'message' } } {
	return entry.content.kind === 'message';
}

/** Names a message, or the message that an entry creates or changes. */
export function targetOf(message: Message | StoredEntry | Target): Target {
	if ('content' in message) {
		const { content, userId, id } = message;
		return 'target' in content ? content.target : { author: userId, id };
	}
	const { author, id } = message;
	return { author: typeof author === 'string' ? author : author.id, id };
}
