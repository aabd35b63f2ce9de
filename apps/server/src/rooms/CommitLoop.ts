import type { Message } from '@digda/protocol';
import type { ErrorLog } from '../limits/LimitedLog.ts';
import { NO_SUCH_ROOM, notMember, Refusal } from '../refusal.ts';
import { StoreUnavailable, type Appended, type NewMessage, type ReadCursor, type Store } from '../store/store.ts';
import type { Metrics } from '../metrics.ts';
import type { Followers } from './Followers.ts';
import { GroupDelay } from './GroupDelay.ts';
import { Waiting } from './Waiting.ts';

/** A batch is small enough for a reader of history to wait for it. */
const MAX_BATCH = 1_000;

/** A cursor waits this long for a batch that takes it along. */
const CURSOR_DELAY_MS = 1_000;

/** How long after a failure the heads are asked for again. */
const RECOVERY_DELAY_MS = 250;

const REFUSALS = {
	forbidden: 'join the room before',
	not_found: NO_SUCH_ROOM,
	id_reused: 'the id names another message'
};

/** Where a message is in the log; `isNew` is false when it was there before. */
interface Place {
	seq: number;
	sentAt: number;
	isNew: boolean;
}

interface WaitingSend {
	message: NewMessage;
	resolve: (place: Place) => void;
	reject: (error: Error) => void;
}

interface WaitingCursor extends PromiseWithResolvers<number> {
	cursor: ReadCursor;
}

/** Who hears of what was stored. */
type Deliver = Pick<Followers, 'deliver' | 'deliverUpTo'>;

/** Who counts what was stored. */
type Measure = Pick<Metrics, 'committed'>;

/**
 * Stores what is sent, in batches: everything that arrives while the log is busy is the next one. A batch is one
 * transaction; then its messages are delivered, then its senders are answered.
 */
export class CommitLoop {
	readonly #store: Store;
	readonly #followers: Deliver;
	readonly #log: ErrorLog;
	readonly #metrics: Measure;
	readonly #announce: (room: string, head: number) => void;
	readonly #delay = new GroupDelay();
	#sends: WaitingSend[] = [];
	readonly #waiting = new Waiting();
	#cursors = new Map<string, WaitingCursor>();
	/** How far authors have read by what they said; written once per `CURSOR_DELAY_MS`, not with the next batch. */
	readonly #authors = new Map<string, ReadCursor>();
	#authorTimer: NodeJS.Timeout | undefined;
	#cursorTimer: NodeJS.Timeout | undefined;
	#areCursorsDue = false;
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
	 * Stores a message. It takes its place in the queue before this returns.
	 * @param address where it comes from, when only so much of each address may wait
	 * @returns its place in the log, as soon as it is on disk and delivered; that of the first time for a duplicate
	 * @throws {Refusal} with `unavailable` it may be stored or not, with any other code it is not
	 */
	async send(message: NewMessage, address?: string): Promise<Place> {
		const units = message.text.length;
		if (!this.#waiting.enter(address, units)) throw new Refusal('unavailable', 'too many messages are waiting');
		try {
			return await new Promise((resolve, reject) => {
				this.#delay.joined(this.#sends.push({ message, resolve, reject }));
				void this.#run();
			});
		} finally {
			this.#waiting.leave(address, units);
		}
	}

	/**
	 * Moves a read cursor with the next batch, within a second.
	 * @returns the cursor as it is then: never before where it was, never past the head
	 * @throws {Refusal} with `unavailable` it may be moved or not, with any other code it is not
	 */
	mark(cursor: ReadCursor): Promise<number> {
		const key = keyOf(cursor.userId, cursor.room);
		const waiting = this.#cursors.get(key) ?? waitFor(cursor);
		if (cursor.seq > waiting.cursor.seq) waiting.cursor = cursor;
		this.#cursors.set(key, waiting);
		this.#cursorTimer ??= setTimeout(() => {
			this.#areCursorsDue = true;
			void this.#run();
		}, CURSOR_DELAY_MS).unref();
		return waiting.promise;
	}

	/** How far somebody has read a room, as far as that is not written yet; 0 when nothing waits. */
	markOf(userId: string, room: string): number {
		const key = keyOf(userId, room);
		return Math.max(this.#cursors.get(key)?.cursor.seq ?? 0, this.#authors.get(key)?.seq ?? 0);
	}

	/**
	 * Makes a change of a room's log that is no message: it is delivered, and told, as one is.
	 * @param store answers with where it is in the log, or with why there is none
	 * @throws {StoreUnavailable} it may be made or not
	 */
	async change<Refused extends string>(
		room: string,
		store: () => Promise<{ seq: number } | Refused>
	): Promise<{ seq: number } | Refused> {
		try {
			const outcome = await store();
			if (typeof outcome !== 'string') {
				this.#followers.deliverUpTo(room, outcome.seq);
				this.#announce(room, outcome.seq);
			}
			return outcome;
		} catch (error) {
			if (error instanceof StoreUnavailable) {
				this.#uncertain.add(room);
				void this.#recover();
			}
			throw error;
		}
	}

	/** Stores all that waits, and stops looking after what failed. */
	async close(): Promise<void> {
		// What is stored moves the cursors of its authors.
		do await this.#writeCursors();
		while (this.#cursors.size + this.#authors.size > 0);
		clearTimeout(this.#recovery);
	}

	#noteAuthor(cursor: ReadCursor): void {
		this.#authors.set(keyOf(cursor.userId, cursor.room), cursor);
		this.#authorTimer ??= setTimeout(() => void this.#writeCursors(), CURSOR_DELAY_MS).unref();
	}

	/** Writes all cursors with the next batch. */
	async #writeCursors(): Promise<void> {
		clearTimeout(this.#authorTimer);
		this.#authorTimer = undefined;
		for (const cursor of this.#authors.values()) void this.mark(cursor);
		this.#authors.clear();
		this.#areCursorsDue = true;
		await this.#run();
	}

	#run(): Promise<void> {
		return (this.#running ??= this.#commitAll());
	}

	async #commitAll(): Promise<void> {
		do {
			await this.#delay.wait(() => this.#sends.length);
			const cursors = [...this.#cursors.values()];
			this.#cursors.clear();
			clearTimeout(this.#cursorTimer);
			this.#cursorTimer = undefined;
			this.#areCursorsDue = false;
			await this.#commit(this.#sends.splice(0, MAX_BATCH), cursors);
		} while (!this.#isIdle());
		// In the same turn: what comes from now on needs another run.
		this.#running = undefined;
	}

	#isIdle(): boolean {
		return this.#sends.length === 0 && !this.#areCursorsDue;
	}

	async #commit(sends: WaitingSend[], cursors: WaitingCursor[]): Promise<void> {
		try {
			const begunAtMs = performance.now();
			const stored = await this.#store.append(
				sends.map(({ message }) => message),
				cursors.map(({ cursor }) => cursor)
			);
			const ms = performance.now() - begunAtMs;
			this.#metrics.committed(stored.messages, ms);
			const rooms = this.#deliver(sends, stored.messages);
			this.#delay.stored(sends.length, rooms, ms);
			sends.forEach((send, index) => answer(send, stored.messages[index]));
			cursors.forEach(({ cursor, resolve, reject }, index) => {
				const readSeq = stored.cursors[index];
				if (typeof readSeq === 'number') resolve(readSeq);
				else reject(notMember(cursor.room));
			});
		} catch (error) {
			await this.#fail(sends, cursors, error);
		}
	}

	async #fail(sends: WaitingSend[], cursors: WaitingCursor[], error: unknown): Promise<void> {
		const isDisk = error instanceof StoreUnavailable;
		if (!isDisk && sends.length + cursors.length > 1) {
			// One of them is to blame, and the others shall not suffer for it.
			for (const send of sends) await this.#commit([send], []);
			for (const cursor of cursors) await this.#commit([], [cursor]);
			return;
		}
		if (!isDisk) this.#log.error({ err: error }, 'A message could not be stored');
		const refusal = isDisk
			? new Refusal('unavailable', 'the log cannot be written at the moment')
			: new Refusal('internal', 'the server cannot store this message');
		for (const { message } of isDisk ? sends : []) this.#uncertain.add(message.room);
		for (const { reject } of [...sends, ...cursors]) reject(refusal);
		await this.#recover();
	}

	/** @returns how many rooms have news */
	#deliver(sends: WaitingSend[], stored: Appended[]): number {
		const news = new Map<string, Message[]>();
		sends.forEach(({ message: { room, id, author, text } }, index) => {
			const place = stored[index];
			if (!place?.ok || !place.isNew) return;
			const { seq, sentAt } = place;
			// An author has read what they say.
			this.#noteAuthor({ room, userId: author.id, seq });
			const messages = news.get(room) ?? [];
			messages.push({ seq, id, author, text, sentAt });
			news.set(room, messages);
		});
		for (const [room, messages] of news) {
			this.#followers.deliver(room, messages);
			this.#announce(room, messages.at(-1)?.seq ?? 0);
		}
		return news.size;
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

function answer({ resolve, reject }: WaitingSend, place: Appended | undefined): void {
	if (place === undefined) reject(new Refusal('internal', 'the store lost count'));
	else if (place.ok) resolve({ seq: place.seq, sentAt: place.sentAt, isNew: place.isNew });
	else reject(new Refusal(place.code, REFUSALS[place.code]));
}

function keyOf(userId: string, room: string): string {
	return `${userId} ${room}`;
}

function waitFor(cursor: ReadCursor): WaitingCursor {
	const waiting = { cursor, ...Promise.withResolvers<number>() };
	// Perhaps nobody asks for the outcome: an author may have left since.
	waiting.promise.catch(() => undefined);
	return waiting;
}
