import { ENTRY_REQUESTS, type Rejection } from '@digda/protocol';
import type { Outbox } from './Outbox.ts';
import { withAuthor, type OutboxEntry } from './OutboxEntry.ts';
import { isTemporary, type Ask } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Exclusive, Schedule } from './timing.ts';

/** After so many replies `internal` in a row the entry itself is to blame. */
const MAX_INTERNAL_FAILURES = 3;

export interface RoomSenderOptions {
	outbox: Outbox;
	ask: Ask;
	/** The room, which the server may spell in another way. */
	room: () => string;
	/** Tells whether entries of the room can be sent now. */
	canSend: () => boolean;
	/** Called when an entry is in the log. */
	onStored: () => void;
	userId: () => string;
	exclusive: Exclusive;
	schedule: Schedule;
	random: () => number;
}

/**
 * Sends the waiting entries of one room: one at a time, in order, as often as it takes. A rejection that no retry can resolve
 * stays on its entry.
 */
export class RoomSender {
	readonly #options: RoomSenderOptions;
	readonly #retry: Retry;
	#isFlushing = false;
	/** The entry that the server last failed on, and how often in a row. */
	#failing = { id: '', count: 0 };

	constructor(options: RoomSenderOptions) {
		this.#options = options;
		this.#retry = new Retry(options.schedule, options.random, () => this.flush());
	}

	/** Sends the waiting entries, unless that is under way or has to wait. */
	flush(): void {
		if (this.#isFlushing || !this.#canSend() || !this.#next()) return;
		this.#isFlushing = true;
		const { exclusive, userId, room } = this.#options;
		exclusive(`digda-outbox ${userId()} ${room()}`, () => this.#sendAll())
			// Another tab has taken the lock over, and sends.
			.catch(() => this.#retry.fail())
			.finally(() => {
				this.#isFlushing = false;
				this.flush();
			});
	}

	/** Ends the wait for the next try. */
	close(): void {
		this.#retry.clear();
		this.#retry.succeed();
	}

	#canSend(): boolean {
		return this.#options.canSend() && !this.#retry.isSet;
	}

	#next(): OutboxEntry | undefined {
		const entries = this.#options.outbox.of(this.#options.room());
		// One at a time, also when another tab took the lock over and this one begins again.
		if (entries.some(({ state }) => state === 'sending')) return undefined;
		return entries.find(({ state }) => state === 'waiting');
	}

	async #sendAll(): Promise<void> {
		const { outbox } = this.#options;
		for (let first = this.#next(); first; first = this.#next()) {
			await outbox.added(first.id);
			// Another tab may have added an entry before this one.
			await outbox.loadNew();
			const entry = this.#next();
			if (!entry || !this.#canSend()) return;
			const claimed = await this.#claim(entry.id);
			const isOwn = claimed?.userId === this.#options.userId();
			// The sender of the same room, which was closed and opened again, may have begun meanwhile.
			const isNext = claimed !== undefined && this.#next()?.id === claimed.id;
			if (isOwn && isNext && this.#canSend()) await this.#send(claimed);
		}
	}

	/** Marks an entry as sent before it is. @returns undefined when another tab has sent or retracted it */
	async #claim(id: string): Promise<OutboxEntry | undefined> {
		const userId = this.#options.userId();
		return await this.#options.outbox.change(id, (stored) =>
			stored.failure === undefined && ['', userId].includes(stored.userId)
				? { ...withAuthor(stored, userId), wasSent: true }
				: stored
		);
	}

	async #send({ id, room, content: { kind, ...fields } }: OutboxEntry): Promise<void> {
		const { outbox, ask, onStored } = this.#options;
		try {
			outbox.setState(id, 'sending');
			const reply = await ask(ENTRY_REQUESTS[kind], { room, id, ...fields });
			if (!reply.ok) {
				await this.#reject(id, reply.error);
				return;
			}
			this.#retry.succeed();
			outbox.setState(id, 'stored', reply.data.seq);
			onStored();
		} catch {
			// The connection ended, or no reply came in time: the server knows the entry by its id.
			this.#sendAgain(id);
		}
	}

	async #reject(id: string, error: Rejection): Promise<void> {
		const count = error.code !== 'internal' ? 0 : this.#failing.id === id ? this.#failing.count + 1 : 1;
		this.#failing = { id, count };
		if (isTemporary(error) && count < MAX_INTERNAL_FAILURES) this.#sendAgain(id, error.retryAfterMs);
		else {
			this.#failing = { id, count: 0 };
			await this.#options.outbox.change(id, (stored) => ({ ...stored, failure: error.code }));
		}
	}

	#sendAgain(id: string, ms?: number): void {
		// A new connection sends at once.
		if (this.#options.canSend()) this.#retry.fail(ms);
		this.#options.outbox.setState(id, 'waiting');
	}
}
