import { ENTRY_REQUESTS, type Rejection } from '@digda/protocol';
import type { Outbox } from './Outbox.ts';
import { withAuthor, type OutboxEntry } from './OutboxEntry.ts';
import { isTemporary, type Ask } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Exclusive, Schedule } from './timing.ts';

/** After this many consecutive `internal` replies, the entry counts as rejected. */
const MAX_INTERNAL_FAILURES = 3;

export interface RoomSenderOptions {
	outbox: Outbox;
	ask: Ask;
	/** Returns the identifier of the room, which the server may spell differently. */
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
 * Sends the waiting entries of one room, one at a time, in order, with retries. A final rejection is stored in its entry.
 */
export class RoomSender {
	readonly #options: RoomSenderOptions;
	readonly #retry: Retry;
	#isFlushing = false;
	/** The entry with the last `internal` reply, and the number of consecutive ones. */
	#failing = { id: '', count: 0 };

	constructor(options: RoomSenderOptions) {
		this.#options = options;
		this.#retry = new Retry(options.schedule, options.random, () => this.flush());
	}

	/** Sends the waiting entries, unless it is already sending or has to wait for a retry. */
	flush(): void {
		if (this.#isFlushing || !this.#canSend() || !this.#next()) return;
		this.#isFlushing = true;
		const { exclusive, userId, room } = this.#options;
		exclusive(`digda-outbox ${userId()} ${room()}`, () => this.#sendAll())
			// Another tab has stolen the lock, and sends.
			.catch(() => this.#retry.fail())
			.finally(() => {
				this.#isFlushing = false;
				this.flush();
			});
	}

	/** Cancels the next retry. */
	close(): void {
		this.#retry.clear();
		this.#retry.succeed();
	}

	#canSend(): boolean {
		return this.#options.canSend() && !this.#retry.isSet;
	}

	#next(): OutboxEntry | undefined {
		const entries = this.#options.outbox.of(this.#options.room());
		// Another tab may have stolen the lock, and this tab starts again: the entry in flight still blocks the next one.
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
			// The sender of a room that was closed and opened again may have started meanwhile.
			const isNext = claimed !== undefined && this.#next()?.id === claimed.id;
			if (isOwn && isNext && this.#canSend()) await this.#send(claimed);
		}
	}

	/** Marks an entry as sent before it is sent. @returns undefined when another tab has sent or retracted it */
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
			// The connection ended, or the reply timed out. The server recognizes the entry by its id.
			this.#sendAgain(id);
		}
	}

	async #reject(id: string, error: Rejection): Promise<void> {
		const before = this.#failing.id === id ? this.#failing.count : 0;
		const count = error.code === 'internal' ? before + 1 : 0;
		this.#failing = { id, count };
		if (isTemporary(error) && count < MAX_INTERNAL_FAILURES) {
			this.#sendAgain(id, error.retryAfterMs);
			return;
		}
		this.#failing = { id, count: 0 };
		await this.#options.outbox.change(id, (stored) => ({ ...stored, failure: error.code }));
	}

	#sendAgain(id: string, ms?: number): void {
		// Without a connection no timer is needed: the next connection sends at once.
		if (this.#options.canSend()) this.#retry.fail(ms);
		this.#options.outbox.setState(id, 'waiting');
	}
}
