import type { ErrorCode } from '@digda/protocol';

/** What is kept of a message that somebody typed and that is not acknowledged. */
export interface StoredEntry {
	/** The message's UUID. */
	id: string;
	/** Who typed it; empty before the browser's first session. */
	userId: string;
	room: string;
	text: string;
	/** The clock of the client when it was typed, in milliseconds since the epoch: to be shown, not to order. */
	typedAt: number;
	/** Whether the server may have it: sent at least once, without a final answer. */
	wasSent: boolean;
	/** Why it was given up. */
	failure?: ErrorCode;
}

/** Where an outbox keeps its entries, shared by the tabs of a browser. Each method may reject (no space, blocked). */
export interface OutboxStorage {
	/** All entries, in the order in which they were added. */
	load(): Promise<StoredEntry[]>;
	/** Adds an entry after all others; on disk when it resolves. */
	add(entry: StoredEntry): Promise<void>;
	/** Replaces an entry in its place; one that is gone stays gone. */
	update(entry: StoredEntry): Promise<void>;
	/** Sets `wasSent` of an entry. @returns whether the entry is still there (another tab may have settled it) */
	claim(id: string): Promise<boolean>;
	/** Removes an entry; harmless when it is gone. */
	remove(id: string): Promise<void>;
}
