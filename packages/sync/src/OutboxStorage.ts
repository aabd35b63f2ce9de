import type { RejectionCode } from '@digda/protocol';

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
	failure?: RejectionCode;
}

/** What becomes of an entry; undefined removes it. */
export type Change = (entry: StoredEntry) => StoredEntry | undefined;

/** Where an outbox keeps its entries, shared by the tabs of a browser. Each method may reject (no space, blocked). */
export interface OutboxStorage {
	/** All entries, in the order in which they were added. */
	load(): Promise<StoredEntry[]>;
	/** Adds an entry after all others; on disk when it resolves. */
	add(entry: StoredEntry): Promise<void>;
	/**
	 * Looks up an entry and changes it in its place, its id too, in one step for all tabs; on disk when it resolves.
	 * @returns the entry as it is then; undefined when it is gone, also when another tab has removed it
	 */
	change(id: string, to: Change): Promise<StoredEntry | undefined>;
}
