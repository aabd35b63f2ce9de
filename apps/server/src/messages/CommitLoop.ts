import type { Entry } from '@digda/protocol';
import type { ErrorLog } from '../limits/LimitedLog.ts';
import { entryAt } from '../store/entry-rows.ts';
import { notMember, notStored, RejectionError } from '../rejection.ts';
import {
	StoreUnavailable,
	type Appended,
	type NewCursor,
	type NewEntry,
	type Store,
	type Stored
} from '../store/store.ts';
import type { Metrics } from '../metrics.ts';
import type { Followers } from './Followers.ts';
import { GroupDelay } from './GroupDelay.ts';
import { PendingCursors, type WaitingCursor } from './PendingCursors.ts';
import { Waiting } from './Waiting.ts';

/** The largest batch: a read of the history can wait for one. */
const MAX_BATCH = 1_000;

/** The delay before the heads are read again after a failure. */
const RECOVERY_DELAY_MS = 250;

interface WaitingEntry {
	entry: NewEntry;
	resolve: (stored: Stored) => void;
	reject: (error: Error) => void;
}

/** Delivers stored entries. */
type Deliver = Pick<Followers, 'deliver' | 'deliverUpTo'>;

/** Counts stored batches. */
type Measure = Pick<Metrics, 'committed'>;

/**
 * Stores entries of any kind in batches: all entries that arrive during a commit form the next batch. A batch is one
 * transaction. Its entries are then delivered, and their senders get their replies.
 */
export class CommitLoop {
	readonly #store: Store;
	readonly #followers: Deliver;
	readonly #log: ErrorLog;
	readonly #metrics: Measure;
	readonly #announce: (room: string, head: number) => void;
	readonly #delay = new GroupDelay();
	#entries: WaitingEntry[] = [];
	readonly #waiting = new Waiting();
	readonly #cursors = new PendingCursors(() => void this.#run());
	#running: Promise<void> | undefined;
	/** The rooms of failed commits, which may be on disk nevertheless. */
	readonly #uncertain = new Set<string>();
	#recovery: NodeJS.Timeout | undefined;

	/** @param announce is called with each room that has new entries and its head */
	constructor(
		store: Store,
		followers: Deliver,
		log: ErrorLog,
		metrics: Measure,
		announce: (room: string, head: number) => void = () => undefined
	) {
		this.#announce = announce;
		this.#store = store;
		this.#followers = followers;
		this.#log = log;
		this.#metrics = metrics;
	}

	/**
	 * Stores an entry. It is in the queue when this returns.
	 * @param address limits the waiting entries of this address; undefined for no such limit
	 * @returns its position in the log, once it is on disk and delivered; a duplicate gets the first position
	 * @throws {RejectionError} with `unavailable` it may be stored or not; with any other code it is not stored
	 */
	async send(entry: NewEntry, address?: string): Promise<Stored> {
		const units = 'text' in entry ? entry.text.length : 0;
		if (!this.#waiting.enter(address, units)) throw new RejectionError('unavailable', 'too many entries are waiting');
		try {
			return await new Promise((resolve, reject) => {
				this.#delay.joined(this.#entries.push({ entry, resolve, reject }));
				void this.#run();
			});
		} finally {
			this.#waiting.leave(address, units);
		}
	}

	/**
	 * Moves a read cursor with the next batch, within a second.
	 * @returns the new cursor, which never moves back and never past the head
	 * @throws {RejectionError} with `unavailable` it may have moved or not; with any other code it has not
	 */
	mark(cursor: NewCursor): Promise<number> {
		return this.#cursors.mark(cursor);
	}

	/** The cursor of a member that is not stored yet; 0 without one. */
	markOf(userId: string, room: string): number {
		return this.#cursors.of(userId, room);
	}

	/** Stores all waiting entries and cursors, and stops the recovery. */
	async close(): Promise<void> {
		do {
			this.#cursors.makeAllDue();
			await this.#run();
			// Storing entries moves the cursors of their authors.
		} while (this.#cursors.size > 0);
		clearTimeout(this.#recovery);
	}

	#run(): Promise<void> {
		return (this.#running ??= this.#commitAll());
	}

	async #commitAll(): Promise<void> {
		do {
			await this.#delay.wait(() => this.#entries.length);
			await this.#commit(this.#entries.splice(0, MAX_BATCH), this.#cursors.take());
		} while (this.#entries.length > 0 || this.#cursors.isDue);
		// Synchronous with the end of the loop: later entries need another run.
		this.#running = undefined;
	}

	async #commit(waiting: WaitingEntry[], cursors: WaitingCursor[]): Promise<void> {
		try {
			const begunAtMs = performance.now();
			const stored = await this.#store.append(
				waiting.map(({ entry }) => entry),
				cursors.map(({ cursor }) => cursor)
			);
			const ms = performance.now() - begunAtMs;
			this.#metrics.committed(
				stored.entries.filter((_, index) => waiting[index]?.entry.kind === 'message'),
				ms
			);
			const rooms = this.#deliver(waiting, stored.entries);
			this.#delay.stored(waiting.length, rooms, ms);
			waiting.forEach((each, index) => answer(each, stored.entries[index]));
			cursors.forEach(({ cursor, resolve, reject }, index) => {
				const readSeq = stored.cursors[index];
				if (typeof readSeq === 'number') resolve(readSeq);
				else reject(notMember(cursor.room));
			});
		} catch (error) {
			await this.#fail(waiting, cursors, error);
		}
	}

	async #fail(waiting: WaitingEntry[], cursors: WaitingCursor[], error: unknown): Promise<void> {
		const isDisk = error instanceof StoreUnavailable;
		if (!isDisk && waiting.length + cursors.length > 1) {
			// A single item may cause the failure. The loop stores each alone, so that the others succeed.
			for (const each of waiting) await this.#commit([each], []);
			for (const cursor of cursors) await this.#commit([], [cursor]);
			return;
		}
		if (!isDisk) this.#log.error({ err: error }, 'An entry could not be stored');
		const rejection = isDisk
			? new RejectionError('unavailable', 'the log is unavailable at the moment')
			: new RejectionError('internal', 'the server cannot store this entry');
		for (const { entry } of isDisk ? waiting : []) this.#uncertain.add(entry.room);
		for (const { reject } of [...waiting, ...cursors]) reject(rejection);
		await this.#recover();
	}

	/** @returns the number of rooms with new entries */
	#deliver(waiting: WaitingEntry[], stored: Appended[]): number {
		const byRoom = new Map<string, Entry[]>();
		waiting.forEach(({ entry }, index) => {
			const result = stored[index];
			if (!result?.ok || !result.isNew) return;
			const { room, author } = entry;
			// Sending a message moves its author's read cursor.
			if (entry.kind === 'message') this.#cursors.note({ room, userId: author.id, seq: result.seq });
			const entries = byRoom.get(room) ?? [];
			entries.push(entryAt(entry, result));
			byRoom.set(room, entries);
		});
		for (const [room, entries] of byRoom) {
			this.#followers.deliver(room, entries);
			this.#announce(room, entries.at(-1)?.seq ?? 0);
		}
		return byRoom.size;
	}

	/** Delivers entries that a failed commit has stored nevertheless. It retries until the store answers. */
	async #recover(): Promise<void> {
		clearTimeout(this.#recovery);
		// The answer does not cover rooms that become uncertain meanwhile.
		const rooms = [...this.#uncertain];
		this.#uncertain.clear();
		try {
			const heads = rooms.length > 0 ? await this.#store.heads(rooms) : [];
			for (const [room, head] of heads) this.#followers.deliverUpTo(room, head);
		} catch {
			for (const room of rooms) this.#uncertain.add(room);
			this.#recovery = setTimeout(() => void this.#recover(), RECOVERY_DELAY_MS).unref();
		}
	}
}

function answer({ entry, resolve, reject }: WaitingEntry, result: Appended | undefined): void {
	if (result === undefined) reject(new RejectionError('internal', 'the store returned too few results'));
	else if (result.ok) resolve(result);
	else reject(notStored(entry.kind, result.code));
}
