import type { NewCursor } from '../store/store.ts';

/** A cursor waits this long for a batch that takes it along. */
const DELAY_MS = 1_000;

/** A cursor, and those who wait for what becomes of it. */
export interface WaitingCursor extends PromiseWithResolvers<number> {
	cursor: NewCursor;
}

/** The read cursors that are not written yet: those that members mark, and those of authors, who have read what they say. */
export class PendingCursors {
	readonly #onDue: () => void;
	#marked = new Map<string, WaitingCursor>();
	/** Written once per `DELAY_MS`, and not with every batch. */
	readonly #authors = new Map<string, NewCursor>();
	#markTimer: NodeJS.Timeout | undefined;
	#authorTimer: NodeJS.Timeout | undefined;
	#isDue = false;

	/** @param onDue is called when cursors have to be written without waiting for a batch */
	constructor(onDue: () => void) {
		this.#onDue = onDue;
	}

	/** The number of cursors that wait. */
	get size(): number {
		return this.#marked.size + this.#authors.size;
	}

	/** Tells whether the cursors have to be written without waiting for a batch. */
	get isDue(): boolean {
		return this.#isDue;
	}

	/** Moves a cursor. @returns where it is when that is written */
	mark(cursor: NewCursor): Promise<number> {
		const key = keyOf(cursor.userId, cursor.room);
		const waiting = this.#marked.get(key) ?? waitFor(cursor);
		if (cursor.seq > waiting.cursor.seq) waiting.cursor = cursor;
		this.#marked.set(key, waiting);
		this.#markTimer ??= setTimeout(() => this.#makeDue(), DELAY_MS).unref();
		return waiting.promise;
	}

	/** An author has said something. */
	note(cursor: NewCursor): void {
		this.#authors.set(keyOf(cursor.userId, cursor.room), cursor);
		this.#authorTimer ??= setTimeout(() => this.makeAllDue(), DELAY_MS).unref();
	}

	/** The cursor of a reader that is not written yet; 0 when none waits. */
	of(userId: string, room: string): number {
		const key = keyOf(userId, room);
		return Math.max(this.#marked.get(key)?.cursor.seq ?? 0, this.#authors.get(key)?.seq ?? 0);
	}

	/** All of them are to be written now. */
	makeAllDue(): void {
		clearTimeout(this.#authorTimer);
		this.#authorTimer = undefined;
		for (const cursor of this.#authors.values()) void this.mark(cursor);
		this.#authors.clear();
		this.#makeDue();
	}

	/** Takes those that the next batch writes. */
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
	// Perhaps nobody asks for the outcome: an author may have left since.
	waiting.promise.catch(() => undefined);
	return waiting;
}
