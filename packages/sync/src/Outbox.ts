import type { Message, ReplyError } from '@digda/protocol';
import { v7 as createId } from 'uuid';
import { toStored, toWorking, type OutboxEntry, type WorkingEntry } from './OutboxEntry.ts';
import type { OutboxStorage } from './OutboxStorage.ts';
import { isWorthRetry, type Ask } from './requests.ts';
import { Signal } from './Signal.ts';
import { retryDelay, type Exclusive, type Schedule } from './timing.ts';

/** After so many answers `internal` in a row the message itself is to blame. */
const MAX_INTERNAL_FAILURES = 3;

export interface OutboxOptions {
	storage?: OutboxStorage | undefined;
	exclusive: Exclusive;
	schedule: Schedule;
	random: () => number;
	now: () => number;
	ask: Ask;
	/** Whether messages of a room can be sent at the moment. */
	canSend: (room: string) => boolean;
	/** Who types; empty before the first session. */
	userId: () => string;
	/** How far the timeline of a room has come; beyond every message where none is shown. */
	reached: (room: string) => number;
}

/**
 * What was typed and is not in a timeline yet. Each room's messages leave one at a time, in order, as often as it
 * takes; only an answer that no retry can mend ends that, and stays on the entry.
 */
export class Outbox {
	readonly changes = new Signal();
	readonly #options: OutboxOptions;
	#all: WorkingEntry[] = [];
	readonly #flushing = new Set<string>();
	/** Rooms that wait before the next try. */
	readonly #pauses = new Map<string, () => void>();
	readonly #failures = new Map<string, number>();

	constructor(options: OutboxOptions) {
		this.#options = options;
	}

	/** The entries of the current user, in the order in which they were typed. */
	get entries(): readonly OutboxEntry[] {
		return this.#all.filter((entry) => this.#isOwn(entry));
	}

	/** What was typed under another identity; it leaves by `adopt` alone. */
	get foreign(): readonly OutboxEntry[] {
		return this.#all.filter((entry) => !this.#isOwn(entry));
	}

	/** Takes up what an earlier page left behind; storage that fails counts as empty. */
	async load(): Promise<void> {
		const stored = await this.#options.storage?.load().catch(() => []);
		const known = new Set(this.#all.map(({ id }) => id));
		const old = (stored ?? []).filter(({ id }) => !known.has(id)).map((entry) => toWorking(entry));
		this.#all = [...old, ...this.#all];
		this.changes.fire();
	}

	/** Adds a message, shown at once and sent as soon as it is stored. */
	async add(room: string, text: string): Promise<void> {
		const entry = this.#create(room, text);
		this.#all.push(entry);
		this.changes.fire();
		await entry.added;
		this.changes.fire();
		this.flush(room);
	}

	/** Begins to send, after a connection all rooms at once. */
	flushAll(): void {
		this.close();
		this.#failures.clear();
		this.#claimNameless();
		for (const room of new Set(this.#all.map((entry) => entry.room))) this.flush(room);
	}

	/** Sends what waits in a room, unless that is being done. */
	flush(room: string): void {
		if (!this.#canFlush(room)) return;
		this.#flushing.add(room);
		const name = `digda-outbox ${this.#options.userId()} ${room}`;
		this.#options
			.exclusive(name, () => this.#sendAll(room))
			// A lock that was taken away: whoever has it sends.
			.catch(() => this.#pause(room))
			.finally(() => {
				this.#flushing.delete(room);
				this.flush(room);
			});
	}

	/** Messages that a timeline holds: those of ours among them have arrived. */
	settle(messages: readonly Message[]): void {
		if (this.#all.length === 0) return;
		const userId = this.#options.userId();
		const arrived = new Set<string>();
		for (const { id, author } of messages) if (author.id === userId) arrived.add(id);
		this.#remove(this.#all.filter((entry) => this.#isOwn(entry) && arrived.has(entry.id)));
	}

	/** Lets go of acknowledged entries that the timeline of their room has reached. */
	settleReached(room: string): void {
		const reached = this.#options.reached(room);
		this.#remove(
			this.#all.filter(
				(entry) => entry.room === room && entry.seq !== undefined && entry.seq <= reached
			)
		);
	}

	/** The log is another one than it was: what it acknowledged is sent again. */
	doubt(room: string): void {
		for (const entry of this.#all) {
			if (entry.room !== room || entry.state !== 'stored') continue;
			entry.state = 'waiting';
			delete entry.seq;
		}
		this.flush(room);
	}

	/** Tries a message again that was given up. */
	async retry(id: string): Promise<void> {
		const entry = this.#find(id);
		if (entry?.state !== 'failed') return;
		if (entry.failure === 'id_reused') {
			await this.#replace(entry);
			return;
		}
		entry.state = 'waiting';
		entry.failures = 0;
		delete entry.failure;
		this.changes.fire();
		await this.#options.storage?.update(toStored(entry)).catch(() => undefined);
		this.flush(entry.room);
	}

	/** Throws a message away. @returns false when the server may have it */
	async discard(id: string): Promise<boolean> {
		const entry = this.#find(id);
		if (!entry) return true;
		if (entry.wasSent && entry.state !== 'failed') return false;
		this.#forget([entry]);
		await this.#options.storage?.remove(id).catch(() => undefined);
		return true;
	}

	/** Sends what was typed under another identity as the current user, under a new id. */
	async adopt(id: string): Promise<void> {
		const entry = this.#find(id);
		if (entry && !this.#isOwn(entry)) await this.#replace(entry);
	}

	/** Stops trying. */
	close(): void {
		for (const cancel of this.#pauses.values()) cancel();
		this.#pauses.clear();
	}

	#create(room: string, text: string): WorkingEntry {
		const { storage, now, userId } = this.#options;
		const stored = {
			...{ id: createId(), userId: userId(), room, text },
			...{ typedAt: now(), wasSent: false }
		};
		const entry = toWorking(stored);
		entry.isDurable = storage !== undefined;
		if (storage) {
			entry.added = storage.add(stored).catch(() => {
				entry.isDurable = false;
			});
		}
		return entry;
	}

	/** Types a message once more: the new one is safe before the old one goes. */
	async #replace(old: WorkingEntry): Promise<void> {
		const entry = this.#create(old.room, old.text);
		this.#all.push(entry);
		this.changes.fire();
		await entry.added;
		this.#remove([old]);
		this.flush(entry.room);
	}

	#canFlush(room: string): boolean {
		if (!this.#options.canSend(room) || this.#flushing.has(room) || this.#pauses.has(room))
			return false;
		return this.#next(room) !== undefined;
	}

	#next(room: string): WorkingEntry | undefined {
		const own = this.#all.filter((entry) => entry.room === room && this.#isOwn(entry));
		// One at a time, also when the lock was taken away and another flush begins.
		if (own.some(({ state }) => state === 'sending')) return undefined;
		return own.find(({ state }) => state === 'waiting');
	}

	async #sendAll(room: string): Promise<void> {
		for (let entry = this.#next(room); entry && !this.#pauses.has(room); entry = this.#next(room)) {
			if (!(await this.#claim(entry))) continue;
			if (!this.#options.canSend(room)) return;
			await this.#send(entry);
		}
	}

	/** Marks an entry as sent before it is. @returns false when it is gone, settled or thrown away elsewhere */
	async #claim(entry: WorkingEntry): Promise<boolean> {
		await entry.added;
		const { storage } = this.#options;
		if (entry.isDurable && !(await storage?.claim(entry.id).catch(() => true))) {
			this.#remove([entry]);
		}
		return this.#all.includes(entry) && entry.state === 'waiting';
	}

	async #send(entry: WorkingEntry): Promise<void> {
		const { id, room, text } = entry;
		entry.state = 'sending';
		entry.wasSent = true;
		this.changes.fire();
		try {
			const reply = await this.#options.ask('message:send', { room, id, text });
			if (reply.ok) this.#confirm(entry, reply.data.seq);
			else this.#refuse(entry, reply.error);
		} catch {
			// The line broke or nothing came in time: the same message again, which the server knows by its id.
			entry.state = 'waiting';
			this.#pause(room);
		}
		this.changes.fire();
	}

	#confirm(entry: WorkingEntry, seq: number): void {
		this.#failures.delete(entry.room);
		entry.state = 'stored';
		entry.seq = seq;
		this.settleReached(entry.room);
	}

	#refuse(entry: WorkingEntry, error: ReplyError): void {
		entry.failures = error.code === 'internal' ? entry.failures + 1 : 0;
		const isOver = error.code !== 'internal' || entry.failures >= MAX_INTERNAL_FAILURES;
		if (isOver && !isWorthRetry(error)) {
			entry.state = 'failed';
			entry.failure = error.code;
			void this.#options.storage?.update(toStored(entry)).catch(() => undefined);
		} else {
			entry.state = 'waiting';
			this.#pause(entry.room, error.retryAfterMs);
		}
	}

	#pause(room: string, ms?: number): void {
		const { schedule, random } = this.#options;
		const failures = (this.#failures.get(room) ?? 0) + 1;
		this.#failures.set(room, failures);
		this.#pauses.get(room)?.();
		const resume = () => {
			this.#pauses.delete(room);
			this.flush(room);
		};
		this.#pauses.set(room, schedule(ms ?? retryDelay(failures, random), resume));
	}

	/** What was typed before the browser's first session belongs to that. */
	#claimNameless(): void {
		const userId = this.#options.userId();
		for (const entry of this.#all) {
			if (entry.userId !== '' || userId === '') continue;
			entry.userId = userId;
			void this.#options.storage?.update(toStored(entry)).catch(() => undefined);
		}
	}

	#isOwn({ userId }: WorkingEntry): boolean {
		return userId === '' || userId === this.#options.userId();
	}

	#find(id: string): WorkingEntry | undefined {
		return this.#all.find((entry) => entry.id === id);
	}

	#remove(entries: readonly WorkingEntry[]): void {
		if (entries.length === 0) return;
		this.#forget(entries);
		for (const { id } of entries) {
			void this.#options.storage?.remove(id).catch(() => undefined);
		}
	}

	#forget(entries: readonly WorkingEntry[]): void {
		this.#all = this.#all.filter((entry) => !entries.includes(entry));
		this.changes.fire();
	}
}
