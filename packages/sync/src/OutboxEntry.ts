import type { StoredEntry } from './OutboxStorage.ts';

/** Waiting for its turn or a connection; sent, without an answer; in the log; given up. */
export type EntryState = 'waiting' | 'sending' | 'stored' | 'failed';

/** A message that somebody typed and that no timeline holds yet. */
export interface OutboxEntry extends Readonly<StoredEntry> {
	readonly state: EntryState;
	/** Whether it survives a reload. */
	readonly isDurable: boolean;
	/** Its place in the log, once stored. */
	readonly seq?: number;
}

/** An entry as the outbox works on it. */
export interface WorkingEntry extends StoredEntry {
	state: EntryState;
	isDurable: boolean;
	seq?: number;
	/** How often the server failed on it, in a row. */
	failures: number;
	/** Settles when storing it has succeeded or failed. */
	added: Promise<void>;
}

/** What is stored of an entry. */
export function toStored({ id, userId, room, text, typedAt, wasSent, failure }: WorkingEntry) {
	const stored: StoredEntry = { id, userId, room, text, typedAt, wasSent };
	return failure === undefined ? stored : { ...stored, failure };
}

/** Takes up work on an entry, new or from storage. */
export function toWorking(stored: StoredEntry, added = Promise.resolve()): WorkingEntry {
	const state = stored.failure === undefined ? 'waiting' : 'failed';
	return { ...stored, state, isDurable: true, failures: 0, added };
}
