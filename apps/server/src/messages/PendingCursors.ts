import type { NewCursor } from '../store/store.ts';

/** The longest time that a cursor waits for a batch. */
const DELAY_MS = 1_000;

/** A cursor, and the promise of its outcome. */
export interface WaitingCursor extends PromiseWithResolvers<number> {
	cursor: NewCursor;
}

/**
 * The read cursors that are not stored yet: those that members set, and those of authors, who have read their own
 * messages.
 */
export class PendingCursors {
	readonly #onDue: () => void;
	#marked = new Map<string, WaitingCursor>();
	/** Stored once per `DELAY_MS` instead of with every batch. */
	readonly #authors = new Map<string, NewCursor>();
	#markTimer: NodeJS.Timeout | undefined;
	#authorTimer: NodeJS.Timeout | undefined;
	#isDue = false;

	/** @param onDue is called when cursors have to be stored without waiting for a batch */
	constructor(onDue: () => void) {
		this.#onDue = onDue;
	}

	/** The number of waiting cursors. */
	get size(): number {
		return this.#marked.size + this.#authors.size;
	}

	/** Whether the cursors have to be stored without waiting for a batch. */
	get isDue(): boolean {
		return this.#isDue;
	}

	/** Moves a cursor. @returns the stored cursor */
	mark(cursor: NewCursor): Promise<number> {
		const key = keyOf(cursor.userId, cursor.room);
		const waiting = this.#marked.get(key) ?? waitFor(cursor);
		if (cursor.seq > waiting.cursor.seq) waiting.cursor = cursor;
		this.#marked.set(key, waiting);
		this.#markTimer ??= setTimeout(() => this.#makeDue(), DELAY_MS).unref();
		return waiting.promise;
	}

	/** Moves the cursor of a message's author. */
	note(cursor: NewCursor): void {
		this.#authors.set(keyOf(cursor.userId, cursor.room), cursor);
		this.#authorTimer ??= setTimeout(() => this.makeAllDue(), DELAY_MS).unref();
	}

	/** The waiting cursor of a reader; 0 without one. */
	of(userId: string, room: string): number {
		const key = keyOf(userId, room);
		return Math.max(this.#marked.get(key)?.cursor.seq ?? 0, this.#authors.get(key)?.seq ?? 0);
	}

	/** Makes all cursors due now. */
	makeAllDue(): void {
		clearTimeout(this.#authorTimer);
		this.#authorTimer = undefined;
		for (const cursor of this.#authors.values()) void this.mark(cursor);
		this.#authors.clear();
		this.#makeDue();
	}

	/** Takes the cursors for the next batch. */
	take(): WaitingCursor[] {
		const cursors = [...this.#marked.values()];
		this.#marked.clear();
		clearTimeout(this.#markTimer);
		this.#markTimer = undefined;
		this.#isDue = false;
		return cursors;
	}

	#makeDue(): void {
		this.#isDue = true;
		this.#onDue();
	}
}

function keyOf(userId: string, room: string): string {
	return `${userId} ${room}`;
}

function waitFor(cursor: NewCursor): WaitingCursor {
	const waiting = { cursor, ...Promise.withResolvers<number>() };
	// The promise may have no other handler, and an author may have left.
	waiting.promise.catch(() => undefined);
	return waiting;
}
