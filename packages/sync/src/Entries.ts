import { MAX_HELD_MESSAGES, type Entry, type Message } from '@digda/protocol';
import { toStored, toWorking, update, type WorkingEntry } from './OutboxEntry.ts';
import type { Change, OutboxStorage, StoredEntry } from './OutboxStorage.ts';
import { Signal } from './Signal.ts';

/**
 * So many ids are remembered that are done with. While a storage is read, fewer become so; an entry that comes back all the
 * same is sent under its id, which the server knows.
 */
const MAX_DONE = 1_000;

/** What was typed in this browser and is in no timeline yet, in the order of typing: in memory and in storage. */
export class Entries {
	readonly changes = new Signal();
	readonly #storage: OutboxStorage | undefined;
	readonly #userId: () => string;
	readonly #now: () => number;
	#all: readonly WorkingEntry[] = [];
	/** Ids that are done with here: a storage that was read a moment too early must not bring them back. */
	readonly #done = new Set<string>();
	readonly #durations = new Map<string, number>();

	/** @param userId who types; empty before the first session */
	constructor(storage: OutboxStorage | undefined, userId: () => string, now: () => number) {
		this.#storage = storage;
		this.#userId = userId;
		this.#now = now;
	}

	/** How many ids are remembered that are done with. */
	get doneCount(): number {
		return this.#done.size;
	}

	/** How long those took that are in the log since the page was opened, by id: from typing on, in milliseconds. */
	get durations(): ReadonlyMap<string, number> {
		return this.#durations;
	}

	/** Those of the current user. */
	get own(): WorkingEntry[] {
		return this.#all.filter((entry) => this.#isOwn(entry));
	}

	/** Those of another identity. */
	get foreign(): WorkingEntry[] {
		return this.#all.filter((entry) => !this.#isOwn(entry));
	}

	find(id: string): WorkingEntry | undefined {
		return this.#all.find((entry) => entry.id === id);
	}

	/** Takes up what other pages have stored, each in its place; storage that fails counts as empty. */
	async load(): Promise<void> {
		const stored = await this.#storage?.load().catch(() => undefined);
		if (!stored) return;
		const kept = stored.filter(({ id }) => !this.#done.has(id)).map((entry) => this.find(entry.id) ?? toWorking(entry));
		this.#replace([...kept, ...this.#all.filter((entry) => !kept.includes(entry))]);
	}

	/** Puts an entry behind all others; it is in storage when `added` of it settles. */
	add(stored: StoredEntry): WorkingEntry {
		const entry = toWorking(stored);
		entry.isDurable = this.#storage !== undefined;
		if (this.#storage) {
			entry.added = this.#storage.add(stored).catch(() => {
				entry.isDurable = false;
				this.changes.fire();
			});
		}
		this.#replace([...this.#all, entry]);
		return entry;
	}

	/** Changes an entry for all tabs. @returns whether it is still there, here and in storage */
	async change(entry: WorkingEntry, to: Change): Promise<boolean> {
		await entry.added;
		const { id } = entry;
		const here = () => to(toStored(entry));
		const stored = entry.isDurable ? await this.#storage?.change(id, to).catch(here) : here();
		if (this.find(id) !== entry) return false;
		if (!stored) {
			this.#replace(this.#all.filter((each) => each !== entry));
			this.#finish(id);
			return false;
		}
		if (stored.id !== id) this.#finish(id);
		update(entry, stored);
		this.changes.fire();
		return true;
	}

	/** Lets go of entries that are in the log: by their messages, or by another sign. */
	settle(stored: readonly (Message | Entry)[], isSettled: (entry: WorkingEntry) => boolean): void {
		if (this.#all.length === 0) return;
		const arrived = new Set(stored.map(({ id, author }) => author.id + id));
		const settled = this.#all.filter((entry) => arrived.has(entry.userId + entry.id) || isSettled(entry));
		if (settled.length === 0) return;
		for (const { id, typedAt } of settled) {
			this.#finish(id);
			this.#durations.set(id, this.#now() - typedAt);
			void this.#storage?.change(id, () => undefined).catch(() => undefined);
		}
		// More than a timeline can show nobody asks for.
		for (const id of this.#durations.keys()) if (this.#durations.size > MAX_HELD_MESSAGES) this.#durations.delete(id);
		this.#replace(this.#all.filter((entry) => !settled.includes(entry)));
	}

	#finish(id: string): void {
		this.#done.add(id);
		for (const oldest of this.#done) {
			if (this.#done.size <= MAX_DONE) return;
			this.#done.delete(oldest);
		}
	}

	#isOwn({ userId }: WorkingEntry): boolean {
		return userId === '' || userId === this.#userId();
	}

	#replace(entries: readonly WorkingEntry[]): void {
		this.#all = entries;
		this.changes.fire();
	}
}
