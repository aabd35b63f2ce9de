import type { Rejection } from '@digda/protocol';
import type { Entries } from './Entries.ts';
import type { WorkingEntry } from './OutboxEntry.ts';
import { isWorthRetry, type Ask } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Exclusive, Schedule } from './timing.ts';

/** After so many answers `internal` in a row the message itself is to blame. */
const MAX_INTERNAL_FAILURES = 3;

export interface RoomSenderOptions {
	exclusive: Exclusive;
	schedule: Schedule;
	random: () => number;
	ask: Ask;
	/** Whether messages of a room can be sent at the moment. */
	canSend: (room: string) => boolean;
	/** Called when an entry is in the log. */
	onStored: (room: string) => void;
	/** Who types. */
	userId: () => string;
}

/**
 * Sends what waits in one room: one message at a time, in order, as often as it takes. Only an answer that no retry
 * can mend ends that, and stays on the entry.
 */
export class RoomSender {
	readonly #room: string;
	readonly #entries: Entries;
	readonly #options: RoomSenderOptions;
	readonly #retry: Retry;
	#isFlushing = false;

	constructor(room: string, entries: Entries, options: RoomSenderOptions) {
		this.#room = room;
		this.#entries = entries;
		this.#options = options;
		this.#retry = new Retry(options.schedule, options.random, () => this.flush());
	}

	/** Sends what waits, unless that is being done or has to wait. */
	flush(): void {
		if (this.#isFlushing || !this.#canSend() || !this.#next()) return;
		this.#isFlushing = true;
		const { exclusive, userId } = this.#options;
		exclusive(`digda-outbox ${userId()} ${this.#room}`, () => this.#sendAll())
			// A lock that was taken away: whoever has it sends.
			.catch(() => this.#retry.fail())
			.finally(() => {
				this.#isFlushing = false;
				this.flush();
			});
	}

	/** Waits for nothing any more. */
	close(): void {
		this.#retry.clear();
		this.#retry.succeed();
	}

	#canSend(): boolean {
		return this.#options.canSend(this.#room) && !this.#retry.isSet;
	}

	#next(): WorkingEntry | undefined {
		const own = this.#entries.own.filter(({ room }) => room === this.#room);
		// One at a time, also when the lock was taken away and another flush begins.
		if (own.some(({ state }) => state === 'sending')) return undefined;
		return own.find(({ state }) => state === 'waiting');
	}

	async #sendAll(): Promise<void> {
		for (;;) {
			// Another tab may have typed before this one, or sent what waits here.
			await this.#next()?.added;
			await this.#entries.load();
			const entry = this.#next();
			if (!entry || !this.#canSend()) return;
			const isHere = await this.#claim(entry);
			const isMine = entry.userId === this.#options.userId();
			if (isHere && isMine && entry.state === 'waiting' && this.#canSend()) await this.#send(entry);
		}
	}

	/** Marks an entry as sent before it is. */
	#claim(entry: WorkingEntry): Promise<boolean> {
		return this.#entries.change(entry, (stored) =>
			stored.failure === undefined && ['', this.#options.userId()].includes(stored.userId)
				? { ...stored, userId: this.#options.userId(), wasSent: true }
				: stored
		);
	}

	async #send(entry: WorkingEntry): Promise<void> {
		const { id, room, text } = entry;
		try {
			this.#enter(entry, 'sending');
			const reply = await this.#options.ask('message:send', { room, id, text });
			if (reply.ok) this.#confirm(entry, reply.data.seq);
			else await this.#reject(entry, reply.error);
		} catch {
			// The line broke or nothing came in time: the same message again, which the server knows by its id.
			this.#tryAgain(entry);
		}
	}

	#confirm(entry: WorkingEntry, seq: number): void {
		this.#retry.succeed();
		entry.seq = seq;
		this.#enter(entry, 'stored');
		this.#options.onStored(this.#room);
	}

	async #reject(entry: WorkingEntry, error: Rejection): Promise<void> {
		entry.failures = error.code === 'internal' ? entry.failures + 1 : 0;
		if (isWorthRetry(error) && entry.failures < MAX_INTERNAL_FAILURES) {
			this.#tryAgain(entry, error.retryAfterMs);
		} else {
			await this.#entries.change(entry, (stored) => ({ ...stored, failure: error.code }));
		}
	}

	#tryAgain(entry: WorkingEntry, ms?: number): void {
		// Without a connection, the next one begins at once.
		if (this.#options.canSend(this.#room)) this.#retry.fail(ms);
		this.#enter(entry, 'waiting');
	}

	#enter(entry: WorkingEntry, state: WorkingEntry['state']): void {
		entry.state = state;
		this.#entries.changes.fire();
	}
}
