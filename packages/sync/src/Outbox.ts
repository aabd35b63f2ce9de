import type { Entry, RejectionCode, Message } from '@digda/protocol';
import { v7 as createId } from 'uuid';
import { Entries } from './Entries.ts';
import type { OutboxEntry } from './OutboxEntry.ts';
import type { OutboxStorage, StoredEntry } from './OutboxStorage.ts';
import { RoomSender, type RoomSenderOptions } from './RoomSender.ts';
import type { Signal } from './Signal.ts';

/** What joining a room may mend. */
const FOR_WANT_OF_MEMBERSHIP: readonly (RejectionCode | undefined)[] = ['forbidden', 'not_found'];

export interface OutboxOptions extends Omit<RoomSenderOptions, 'onStored'> {
	storage?: OutboxStorage | undefined;
	now: () => number;
	/** How far the timeline of a room has come; beyond every message where none is shown. */
	reached: (room: string) => number;
}

/** What was typed and is not in a timeline yet: kept, shown, and sent until there is a final answer. */
export class Outbox {
	/** Something about an entry has changed. */
	readonly changes: Signal;
	readonly #options: OutboxOptions;
	readonly #entries: Entries;
	readonly #senders = new Map<string, RoomSender>();

	constructor(options: OutboxOptions) {
		this.#options = options;
		this.#entries = new Entries(options.storage, options.userId, options.now);
		this.changes = this.#entries.changes;
	}

	/** The entries of the current user, in the order in which they were typed. */
	get entries(): readonly OutboxEntry[] {
		return this.#entries.own;
	}

	/** What was typed under another identity; it leaves by `adopt` alone. */
	get foreign(): readonly OutboxEntry[] {
		return this.#entries.foreign;
	}

	/** How long a message took from typing until the log held it, in milliseconds; known until the page is closed. */
	tookMs(id: string): number | undefined {
		return this.#entries.durations.get(id);
	}

	/** Adds a message, shown at once and sent as soon as it is stored. */
	async add(room: string, text: string): Promise<void> {
		const { now, userId } = this.#options;
		const typed = { userId: userId(), room, text, typedAt: now(), wasSent: false };
		await this.#entries.add({ id: createId(), ...typed }).added;
		this.flush(room);
	}

	/** Takes up what other pages left behind, and sends what waits. */
	async refresh(): Promise<void> {
		await this.#entries.load();
		await this.#claimNameless();
		for (const room of new Set(this.entries.map((entry) => entry.room))) this.flush(room);
	}

	/** Sends what waits in a room, unless that is being done. */
	flush(room: string): void {
		if (!this.#hasEntries(room)) return;
		let sender = this.#senders.get(room);
		if (!sender) {
			const onStored = () => this.settle(room);
			sender = new RoomSender(room, this.#entries, { ...this.#options, onStored });
			this.#senders.set(room, sender);
		}
		sender.flush();
	}

	/** Lets go of what the log is known to hold: by entries of it, or because the timeline of the room came so far. */
	settle(room: string, stored: readonly (Message | Entry)[] = []): void {
		const reached = this.#options.reached(room);
		this.#entries.settle(stored, (entry) => entry.room === room && entry.seq !== undefined && entry.seq <= reached);
		this.#dropIdle(room);
	}

	/**
	 * A room was joined. The log may be another one than that in which something is acknowledged, and what was rejected
	 * for want of a membership is worth another try.
	 */
	doubt(room: string): void {
		for (const entry of this.#entries.own.filter((each) => each.room === room)) {
			if (FOR_WANT_OF_MEMBERSHIP.includes(entry.failure)) void this.retry(entry.id);
			if (entry.state !== 'stored') continue;
			entry.state = 'waiting';
			delete entry.seq;
		}
	}

	/** Tries a message again that was given up; one whose id is taken, under a new one. */
	async retry(id: string): Promise<void> {
		await this.#change(id, ({ failure, ...stored }) => (failure === 'id_reused' ? renew(stored) : stored));
	}

	/** Sends what was typed under another identity as the current user, under a new id. */
	async adopt(id: string): Promise<void> {
		const userId = this.#options.userId();
		await this.#change(id, ({ failure, ...stored }) => {
			if (stored.userId !== userId) return renew({ ...stored, userId });
			return failure === undefined ? stored : { ...stored, failure };
		});
	}

	/** Throws a message away. @returns false when the server may have it, or had it before */
	async discard(id: string): Promise<boolean> {
		let isDiscarded = false;
		await this.#change(id, (stored) => {
			isDiscarded = !stored.wasSent || stored.failure !== undefined;
			return isDiscarded ? undefined : stored;
		});
		return isDiscarded;
	}

	/** The server spells a room in another way. */
	async respell(from: string, to: string): Promise<void> {
		const entries = this.entries.filter(({ room }) => room === from);
		for (const { id } of entries) await this.#change(id, (stored) => ({ ...stored, room: to }));
	}

	/** Waits for nothing any more; what waits is sent with the next connection. */
	close(): void {
		for (const sender of this.#senders.values()) sender.close();
	}

	#hasEntries(room: string): boolean {
		return this.#entries.own.some((entry) => entry.room === room);
	}

	/** A client that shows room after room would keep a sender of each. */
	#dropIdle(room: string): void {
		const sender = this.#senders.get(room);
		if (!sender || this.#hasEntries(room)) return;
		sender.close();
		this.#senders.delete(room);
	}

	async #change(id: string, to: (stored: StoredEntry) => StoredEntry | undefined): Promise<void> {
		const entry = this.#entries.find(id);
		if (entry && (await this.#entries.change(entry, to))) this.flush(entry.room);
	}

	/** What was typed before the browser's first session belongs to that. */
	async #claimNameless(): Promise<void> {
		const userId = this.#options.userId();
		if (userId === '') return;
		const nameless = this.#entries.own.filter((entry) => entry.userId === '');
		for (const entry of nameless) {
			await this.#entries.change(entry, (stored) => (stored.userId === '' ? { ...stored, userId } : stored));
		}
	}
}

/** The same words, never sent. */
function renew(stored: StoredEntry): StoredEntry {
	return { ...stored, id: createId(), wasSent: false };
}
