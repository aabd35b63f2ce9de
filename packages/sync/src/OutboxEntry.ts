import type { StoredEntry } from './OutboxStorage.ts';

/** Waiting for its turn or a connection; sent, without an answer; in the log; given up. */
export type EntryState = 'waiting' | 'sending' | 'stored' | 'failed';

/** An entry as the outbox works on it. */
export interface WorkingEntry extends StoredEntry {
	state: EntryState;
	/** Whether it survives a reload. */
	isDurable: boolean;
	/** Its place in the log, once stored. */
	seq?: number;
	/** How often the server failed on it, in a row. */
	failures: number;
	/** Settles when storing it has succeeded or failed. */
	added: Promise<void>;
}

/** A message that somebody typed and that no timeline holds yet. */
export type OutboxEntry = Readonly<Omit<WorkingEntry, 'failures' | 'added'>>;

/** What is stored of an entry. */
export function toStored({ id, userId, room, text, typedAt, wasSent, failure }: WorkingEntry) {
	const stored: StoredEntry = { id, userId, room, text, typedAt, wasSent };
	return failure === undefined ? stored : { ...stored, failure };
}

/** Takes up work on an entry, new or from storage. */
export function toWorking(stored: StoredEntry): WorkingEntry {
	const state = stored.failure === undefined ? 'waiting' : 'failed';
	return { ...stored, state, isDurable: true, failures: 0, added: Promise.resolve() };
}

/** Brings an entry to what is now stored of it. */
export function update(entry: WorkingEntry, stored: StoredEntry): void {
	delete entry.failure;
	Object.assign(entry, stored);
	if (stored.failure !== undefined) entry.state = 'failed';
	else if (entry.state === 'failed') Object.assign(entry, { state: 'waiting', failures: 0 });
}
