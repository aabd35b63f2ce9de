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

/** A batch is small enough for a reader of history to wait for it. */
const MAX_BATCH = 1_000;

/** How long after a failure the heads are asked for again. */
const RECOVERY_DELAY_MS = 250;

interface WaitingEntry {
	entry: NewEntry;
	resolve: (place: Stored) => void;
	reject: (error: Error) => void;
}

/** Who hears of what was stored. */
type Deliver = Pick<Followers, 'deliver' | 'deliverUpTo'>;

/** Who counts what was stored. */
type Measure = Pick<Metrics, 'committed'>;

/**
 * Stores entries of any kind, in batches: everything that arrives while the log is busy is the next one. A batch is one
 * transaction; then its entries are delivered, then those who sent them are answered.
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
	/** Rooms of a commit that failed: it may be on disk all the same. */
	readonly #uncertain = new Set<string>();
	#recovery: NodeJS.Timeout | undefined;

	/** @param announce tells other nodes what was stored here */
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
	 * Stores an entry. It takes its place in the queue before this returns.
	 * @param address where it comes from, when only so much of each address may wait
	 * @returns its place in the log, as soon as it is on disk and delivered; that of the first time for a duplicate
	 * @throws {RejectionError} with `unavailable` it may be stored or not, with any other code it is not
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
	 * @returns the cursor as it is then: never before where it was, never past the head
	 * @throws {RejectionError} with `unavailable` it may be moved or not, with any other code it is not
	 */
	mark(cursor: NewCursor): Promise<number> {
		return this.#cursors.mark(cursor);
	}

	/** How far somebody has read a room, as far as that is not written yet; 0 when nothing waits. */
	markOf(userId: string, room: string): number {
		return this.#cursors.of(userId, room);
	}

	/** Stores all that waits, and stops looking after what failed. */
	async close(): Promise<void> {
		do {
			this.#cursors.makeAllDue();
			await this.#run();
			// What is stored moves the cursors of its authors.
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
		// In the same turn: what comes from now on needs another run.
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
			// One of them is to blame, and the others shall not suffer for it.
			for (const each of waiting) await this.#commit([each], []);
			for (const cursor of cursors) await this.#commit([], [cursor]);
			return;
		}
		if (!isDisk) this.#log.error({ err: error }, 'An entry could not be stored');
		const rejection = isDisk
			? new RejectionError('unavailable', 'the log cannot be written at the moment')
			: new RejectionError('internal', 'the server cannot store this entry');
		for (const { entry } of isDisk ? waiting : []) this.#uncertain.add(entry.room);
		for (const { reject } of [...waiting, ...cursors]) reject(rejection);
		await this.#recover();
	}

	/** @returns how many rooms have something new */
	#deliver(waiting: WaitingEntry[], stored: Appended[]): number {
		const byRoom = new Map<string, Entry[]>();
		waiting.forEach(({ entry }, index) => {
			const place = stored[index];
			if (!place?.ok || !place.isNew) return;
			const { room, author } = entry;
			// An author has read what they say.
			if (entry.kind === 'message') this.#cursors.note({ room, userId: author.id, seq: place.seq });
			const entries = byRoom.get(room) ?? [];
			entries.push(entryAt(entry, place));
			byRoom.set(room, entries);
		});
		for (const [room, entries] of byRoom) {
			this.#followers.deliver(room, entries);
			this.#announce(room, entries.at(-1)?.seq ?? 0);
		}
		return byRoom.size;
	}

	/** Delivers what was stored although its commit failed; tries again until the store answers. */
	async #recover(): Promise<void> {
		clearTimeout(this.#recovery);
		// What becomes uncertain meanwhile is not answered by this.
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

function answer({ entry, resolve, reject }: WaitingEntry, place: Appended | undefined): void {
	if (place === undefined) reject(new RejectionError('internal', 'the store lost count'));
	else if (place.ok) resolve(place);
	else reject(notStored(entry.kind, place.code));
}
