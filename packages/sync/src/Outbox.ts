import { MAX_HELD_MESSAGES, type Entry, type Message, type RejectionCode } from '@digda/protocol';
import { absorb } from './absorb.ts';
import { createId } from './create-id.ts';
import type { Change, Content } from './entry-content.ts';
import {
	canRetract,
	targetOf,
	toOutboxEntry,
	toStored,
	withAuthor,
	withStored,
	type OutboxEntry,
	type StoredEntry
} from './OutboxEntry.ts';
import { followed, newIds } from './followers.ts';
import type { Follow, KeyedEntry, OutboxStorage, Update } from './OutboxStorage.ts';
import { Signal } from './Signal.ts';

/**
 * The outbox remembers this many ids of finished entries. A storage that is read late may still hold an older finished
 * entry. The client then sends it again under the same id, which the server already knows.
 */
const MAX_DONE = 1_000;

/** The rejections that a join of the room may resolve. */
const MEMBERSHIP_REJECTIONS: readonly (RejectionCode | undefined)[] = ['forbidden', 'not_found'];

const NONE: readonly OutboxEntry[] = [];

export interface OutboxOptions {
	/** Without a storage, entries do not survive a reload. */
	storage?: OutboxStorage | undefined;
	/** Returns the current user's id; empty before the first session. */
	userId: () => string;
	now: () => number;
}

/**
 * The entries of this browser's users that no timeline contains yet, in the order of their creation. They are kept in memory
 * and in a storage that all tabs share. Rooms send them.
 */
export class Outbox {
	/** Fires when an entry was added, changed or removed. */
	readonly changes = new Signal();
	readonly #storage: OutboxStorage | undefined;
	readonly #userId: () => string;
	readonly #now: () => number;
	#all: readonly OutboxEntry[] = [];
	/** The entries of one user by room, until one of them changes. */
	#groups: { all: readonly OutboxEntry[]; userId: string; byRoom: Map<string, OutboxEntry[]> } | undefined;
	/** The keys of the entries in the storage, by id. */
	readonly #keys = new Map<string, number>();
	/** This tab has read or created all entries of the storage up to this key. */
	#lastKey = 0;
	/** Promises that settle when adding an entry to the storage has succeeded or failed, by id. */
	readonly #adding = new Map<string, Promise<void>>();
	/** The ids of finished entries: a storage that is read late must not restore them. */
	readonly #done = new Set<string>();
	readonly #durations = new Map<string, number>();

	constructor({ storage, userId, now }: OutboxOptions) {
		this.#storage = storage;
		this.#userId = userId;
		this.#now = now;
	}

	/** The entries of the current user. */
	get entries(): readonly OutboxEntry[] {
		return this.#all.filter((entry) => this.#isOwn(entry));
	}

	/** The entries of other users of this browser. Only `adopt` lets them be sent. */
	get foreign(): readonly OutboxEntry[] {
		return this.#all.filter((entry) => !this.#isOwn(entry));
	}

	/** The number of remembered ids of finished entries. */
	get doneCount(): number {
		return this.#done.size;
	}

	/** The number of remembered durations. */
	get durationCount(): number {
		return this.#durations.size;
	}

	/** The current user's entries for a room. */
	of(room: string): readonly OutboxEntry[] {
		return this.#groupByRoom().get(room) ?? NONE;
	}

	/** The rooms with entries of the current user. */
	get rooms(): Iterable<string> {
		return this.#groupByRoom().keys();
	}

	/** The time from creating a message until it was in the log, in milliseconds. It is known until the page is closed. */
	durationOf(id: string): number | undefined {
		return this.#durations.get(id);
	}

	/**
	 * Adds an entry after all others. A change is merged into earlier entries that were never sent.
	 * @returns a promise that settles when the entry is on disk, or storing it has failed
	 */
	async add(room: string, content: Content): Promise<void> {
		const rest = 'target' in content ? await this.#absorb(room, content) : content;
		if (!rest) return;
		const id = createId();
		const stored = { id, userId: this.#userId(), room, content: rest, typedAt: this.#now(), wasSent: false };
		const adding = this.#store(stored);
		this.#adding.set(id, adding);
		this.#replace([...this.#all, toOutboxEntry(stored, this.#storage !== undefined)]);
		await adding;
	}

	/** Settles when an entry is on disk, or storing it has failed. */
	async added(id: string): Promise<void> {
		await this.#adding.get(id);
	}

	/** Reads the whole storage, including the entries of closed tabs. */
	async load(): Promise<void> {
		await this.#read(0);
		await this.#claimAnonymous();
	}

	/** Reads the entries that other tabs have added since the last read. */
	async loadNew(): Promise<void> {
		await this.#read(this.#lastKey);
	}

	/** Retries a rejected entry. An entry whose id is already used gets a new id, and the entries that name it follow. */
	async retry(id: string): Promise<void> {
		await this.#changeWithFollowers(id, ({ failure, ...stored }, idOf) =>
			failure === 'id_reused' ? withNewId(stored, idOf) : stored
		);
	}

	/**
	 * Assigns an entry of another user to the current user, under a new id. The changes that wait behind a message are
	 * assigned with it, and replies to it follow.
	 */
	async adopt(id: string): Promise<void> {
		const userId = this.#userId();
		await this.#changeWithFollowers(id, (stored, idOf) => {
			if (stored.userId === userId) return stored;
			const { failure, ...rest } = stored;
			return withNewId({ ...rest, userId }, idOf);
		});
	}

	/** Retracts an entry. @returns false when the server may have received it */
	async retract(id: string): Promise<boolean> {
		let isRetracted = false;
		await this.#changeWithFollowers(id, (stored) => {
			isRetracted = canRetract(stored);
			return isRetracted ? undefined : stored;
		});
		return isRetracted;
	}

	/** Moves the entries of a room to the server's spelling of its identifier. */
	async respell(from: string, to: string): Promise<void> {
		for (const { id } of this.of(from)) await this.change(id, (stored) => ({ ...stored, room: to }));
	}

	/**
	 * Sends entries of a joined room again. Its log may be another one than the log that acknowledged them. Entries that were
	 * rejected for a missing membership are retried.
	 */
	recheck(room: string): void {
		for (const entry of this.of(room)) {
			if (MEMBERSHIP_REJECTIONS.includes(entry.failure)) void this.retry(entry.id);
			if (entry.state === 'stored') this.setState(entry.id, 'waiting');
		}
	}

	/** Changes the stored part of an entry, for all tabs. @returns the changed entry; undefined when it no longer exists */
	async change(id: string, update: Update, follow?: Follow): Promise<OutboxEntry | undefined> {
		await this.added(id);
		const entry = this.#find(id);
		if (!entry) return undefined;
		const inMemory = () => update(toStored(entry));
		const stored = entry.isDurable ? await this.#storage?.change(id, update, follow).catch(inMemory) : inMemory();
		const latest = this.#find(id);
		if (!latest) return undefined;
		if (stored?.id !== id) this.#finish(id, stored?.id);
		const changed = stored && withStored(latest, stored);
		this.#replace(
			this.#all.flatMap((each) => (each === latest ? (changed ?? []) : follow ? this.#follow(each, follow) : each))
		);
		return changed;
	}

	/** Changes an entry, and lets the entries that name its message follow. */
	async #changeWithFollowers(
		id: string,
		update: (stored: StoredEntry, idOf: (id: string) => string) => StoredEntry | undefined
	): Promise<void> {
		const idOf = newIds();
		let before: StoredEntry | undefined;
		let after: StoredEntry | undefined;
		await this.change(
			id,
			(stored) => {
				before = stored;
				return (after = update(stored, idOf));
			},
			(stored) => (before ? followed(stored, before, after, idOf) : stored)
		);
	}

	#follow(entry: OutboxEntry, follow: Follow): OutboxEntry {
		const before = toStored(entry);
		const after = follow(before);
		if (after === before) return entry;
		if (after.id !== entry.id) this.#finish(entry.id, after.id);
		return withStored(entry, after);
	}

	/** Sets the state of an entry that still exists. @param seq its `seq`, once it is in the log */
	setState(id: string, state: OutboxEntry['state'], seq?: number): void {
		const entry = this.#find(id);
		if (!entry) return;
		const changed = { ...toOutboxEntry(toStored(entry), entry.isDurable), state, ...(seq !== undefined && { seq }) };
		this.#replace(this.#all.map((each) => (each === entry ? changed : each)));
	}

	/** Removes the entries that are in the log: those in `arrived`, and those for which `isSettled` returns true. */
	settle(arrived: readonly (Message | Entry)[], isSettled: (entry: OutboxEntry) => boolean = () => false): void {
		if (this.#all.length === 0) return;
		const ids = new Set(arrived.map(({ id, author }) => author.id + id));
		const settled = this.#all.filter((entry) => ids.has(entry.userId + entry.id) || isSettled(entry));
		if (settled.length === 0) return;
		for (const { id, typedAt } of settled) {
			this.#finish(id);
			this.#durations.set(id, this.#now() - typedAt);
			void this.#storage?.change(id, () => undefined).catch(() => undefined);
		}
		// A timeline shows at most this many messages.
		for (const id of this.#durations.keys()) {
			if (this.#durations.size > MAX_HELD_MESSAGES) this.#durations.delete(id);
		}
		this.#replace(this.#all.filter((entry) => !settled.includes(entry)));
	}

	async #store(stored: StoredEntry): Promise<void> {
		if (!this.#storage) return;
		try {
			const key = await this.#storage.add(stored);
			this.#keys.set(stored.id, key);
			if (key === this.#lastKey + 1) this.#lastKey = key;
		} catch {
			this.#replace(this.#all.map((each) => (each.id === stored.id ? { ...each, isDurable: false } : each)));
		} finally {
			this.#adding.delete(stored.id);
		}
	}

	/** Merges a change into earlier unsent entries. @returns the change, or undefined when it was merged completely */
	async #absorb(room: string, change: Change): Promise<Change | undefined> {
		const joinedWith = (stored: StoredEntry) =>
			stored.wasSent ? undefined : absorb(stored.content, targetOf(stored), change);
		for (const entry of this.of(room).filter(joinedWith).toReversed()) {
			// The entry may have been sent and removed meanwhile.
			const outcome = { isAbsorbed: false };
			await this.#changeWithFollowers(entry.id, (stored) => {
				const joined = joinedWith(stored);
				outcome.isAbsorbed = joined !== undefined && joined.next === undefined;
				if (!joined) return stored;
				return joined.waiting && { ...stored, content: joined.waiting };
			});
			if (outcome.isAbsorbed) return undefined;
		}
		return change;
	}

	async #read(after: number): Promise<void> {
		const loaded = await this.#storage?.load(after).catch(() => undefined);
		if (loaded && loaded.length > 0) this.#insert(loaded);
	}

	/** Inserts entries of the storage in the order of their keys, before the entries that are only in memory. */
	#insert(loaded: readonly KeyedEntry[]): void {
		const added: OutboxEntry[] = [];
		for (const { key, entry } of loaded) {
			this.#lastKey = Math.max(this.#lastKey, key);
			if (this.#done.has(entry.id)) continue;
			this.#keys.set(entry.id, key);
			if (!this.#find(entry.id)) added.push(toOutboxEntry(entry, true));
		}
		const keyOf = ({ id }: OutboxEntry) => this.#keys.get(id) ?? Number.MAX_SAFE_INTEGER;
		this.#replace([...this.#all, ...added].toSorted((a, b) => keyOf(a) - keyOf(b)));
	}

	/** Assigns entries from before the browser's first session to the user of that session. */
	async #claimAnonymous(): Promise<void> {
		const userId = this.#userId();
		if (userId === '') return;
		for (const { id } of this.#all.filter((entry) => entry.userId === '')) {
			await this.change(id, (stored) => withAuthor(stored, userId));
		}
	}

	/** Remembers the id of a finished entry. @param next the id that replaces it */
	#finish(id: string, next?: string): void {
		const key = this.#keys.get(id);
		this.#keys.delete(id);
		if (next !== undefined && key !== undefined) this.#keys.set(next, key);
		this.#done.add(id);
		for (const oldest of this.#done) {
			if (this.#done.size <= MAX_DONE) return;
			this.#done.delete(oldest);
		}
	}

	#find(id: string): OutboxEntry | undefined {
		return this.#all.find((entry) => entry.id === id);
	}

	/** Each change asks every room for its entries, so they are grouped once for all. */
	#groupByRoom(): Map<string, OutboxEntry[]> {
		const userId = this.#userId();
		if (this.#groups?.all !== this.#all || this.#groups.userId !== userId) {
			this.#groups = { all: this.#all, userId, byRoom: Map.groupBy(this.entries, ({ room }) => room) };
		}
		return this.#groups.byRoom;
	}

	#isOwn({ userId }: OutboxEntry): boolean {
		return userId === '' || userId === this.#userId();
	}

	#replace(entries: readonly OutboxEntry[]): void {
		this.#all = entries;
		this.changes.fire();
	}
}

/** Copies an entry as a new one that was never sent. */
function withNewId(stored: StoredEntry, idOf: (id: string) => string): StoredEntry {
	return { ...stored, id: idOf(stored.id), wasSent: false };
}
