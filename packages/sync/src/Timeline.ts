import {
	fold,
	lastEntryIn,
	MAX_HELD_MESSAGES,
	messageOf,
	type ChangeEntry,
	type Entry,
	type Head,
	type Message,
	type Page,
	type ReadCursor
} from '@digda/protocol';

/** At most this many entries wait for those before them; the rest is read when its turn comes. */
const MAX_EARLY = 1_000;

/** So many of the newest changes are kept for pages that were read before they were stored. */
const MAX_RECENT = 500;

/** The end of a full window that stays. */
export type Keep = 'oldest' | 'newest';

/**
 * A window on the log of a room, without a hole: the messages from one `seq` to another, with all entries folded into them that
 * were delivered. It grows at both ends by pages and entries that follow on it. It holds at most `MAX_HELD_MESSAGES`, so that an
 * interface can show all of them: there is no second window on the first.
 */
export class Timeline {
	readonly #reader: () => string | undefined;
	#messages: readonly Message[] = [];
	#from = 1;
	#to = 0;
	#toId = '';
	#epoch: string | undefined;
	#head: Head = { head: 0, said: 0 };
	#isFollowing = true;
	#isLive = false;
	/** All entries up to this one were delivered: they are folded into every message of the window. */
	#delivered = 0;
	/** Entries that came before one in front of them, by `seq`. */
	readonly #ahead = new Map<number, Entry>();
	/** Delivered entries beyond the window, by `seq`. */
	readonly #early = new Map<number, Entry>();
	#recent: ChangeEntry[] = [];
	/** Changes up to this one are not among the recent ones. */
	#forgotten = 0;

	/** @param reader the person who reads */
	constructor(reader: () => string | undefined) {
		this.#reader = reader;
	}

	/** The messages of the window, ascending; another array after each change. */
	get messages(): readonly Message[] {
		return this.#messages;
	}

	/** The first `seq` of the window. */
	get from(): number {
		return this.#from;
	}

	/** The last `seq` of the window; one before `from` while it is empty. */
	get to(): number {
		return this.#to;
	}

	/**
	 * The part of the log in the window into which all entries are folded; undefined before the first page. A page may go beyond
	 * the entries that were delivered: then nobody knows what those change in the messages before it.
	 */
	get held(): { epoch: string; from: number; after: number; afterId?: string } | undefined {
		if (this.#epoch === undefined) return undefined;
		const last = this.#messages.findLast(({ seq }) => seq <= this.#delivered);
		const cut = { after: last?.seq ?? this.#from - 1, afterId: last?.id ?? '' };
		const { after, afterId } = this.#to <= this.#delivered ? { after: this.#to, afterId: this.#toId } : cut;
		const part = { epoch: this.#epoch, from: this.#from, after };
		return afterId === '' ? part : { ...part, afterId };
	}

	/** The `seq` up to which all entries were delivered, so that they are folded into every message of the window. */
	get delivered(): number {
		return this.#delivered;
	}

	/** The newest `seq` that is known to be in the log. */
	get head(): number {
		return this.#head.head;
	}

	/** The number of messages that are known to be in the log. */
	get said(): number {
		return this.#head.said;
	}

	/** The log of the window; undefined before the first page. */
	get epoch(): string | undefined {
		return this.#epoch;
	}

	/** Tells whether the window goes along with the head; it does not while a reader is far back in history. */
	get isFollowing(): boolean {
		return this.#isFollowing;
	}

	/** Tells whether entries are taken as they are delivered. */
	get isLive(): boolean {
		return this.#isLive;
	}

	/** Tells whether the window is what an earlier visit kept. */
	get isPreview(): boolean {
		return this.#epoch === undefined && this.#messages.length > 0;
	}

	get hasOlder(): boolean {
		return this.#epoch !== undefined && this.#from > 1;
	}

	get hasNewer(): boolean {
		return this.#to < this.head;
	}

	/** Tells whether entries are missing between the window and the head that it follows. */
	get hasGap(): boolean {
		return this.#isFollowing && this.hasNewer;
	}

	/** Tells whether an entry was not delivered that is in the log. */
	get isBehind(): boolean {
		return this.#isLive && this.#delivered < this.head;
	}

	/** The number of messages between the window and the head. */
	get missing(): number {
		return this.said - (this.#messages.at(-1)?.said ?? 0);
	}

	/** The read cursor of somebody who has read up to an entry, as far as the window knows the messages around it. */
	cursorAt(readSeq: number): ReadCursor {
		if (readSeq >= this.head) return { readSeq, readSaid: this.said };
		// Nobody knows how many messages before the window are unread.
		if (readSeq < this.#from - 1) return { readSeq, readSaid: 0 };
		const unread = this.#messages.filter(({ seq }) => seq > readSeq);
		const first = unread[0];
		const before = first ? first.said - 1 : (this.#messages.at(-1)?.said ?? 0);
		return { readSeq, readSaid: before + unread.filter(({ isDeleted }) => isDeleted).length };
	}

	/** Tells whether a page was read so long ago that changes may be missing in it. */
	isOutdated({ head }: Page): boolean {
		return head < this.#forgotten;
	}

	/** Shows what an earlier visit kept, of a log that may be another one by now; the first page replaces it. */
	preview(messages: readonly Message[]): void {
		if (this.#epoch !== undefined) return;
		this.#messages = messages;
		this.#from = messages[0]?.seq ?? 1;
		this.#to = messages.at(-1)?.seq ?? 0;
	}

	/** Begins anew with a page of a log. */
	start({ epoch, head, said, from, to, toId, messages }: Page): void {
		const known = this.#head;
		this.#epoch = epoch;
		this.#head = { head, said };
		if (this.#isLive) this.raiseHead(known);
		this.#messages = messages.map((message) => this.#withRecent(message));
		this.#from = from;
		this.#to = to;
		this.#toId = toId;
		this.#isFollowing = to >= head;
	}

	/** Goes on with the answer to a join: the messages of the part that is held, as they are now, and the page after it. */
	resume(page: Page, keep: Keep): void {
		this.refresh(page.messages);
		if (page.from > this.#to) return;
		const kept = this.#messages.filter(({ seq }) => seq < page.from);
		this.#to = page.to;
		this.#toId = page.toId;
		this.#replace([...kept, ...page.messages.filter(({ seq }) => seq >= page.from)], keep);
	}

	/**
	 * Goes on with the log as it is at the head of an answer: entries after that are delivered from now on. The log may end before
	 * what was delivered on an earlier connection.
	 */
	goLive({ head, said }: Head): void {
		const waiting = [...this.#ahead.values()];
		this.#ahead.clear();
		this.#head = { head, said };
		this.#isLive = true;
		this.#delivered = head;
		this.#forgotten = head;
		if (this.#to >= head) this.#isFollowing = true;
		this.#take(waiting);
	}

	/** Until the next `goLive` nobody knows whether entries continue the log of the window. */
	goOffline(): void {
		this.#isLive = false;
		this.#ahead.clear();
		this.#early.clear();
		this.#recent = [];
	}

	/** The log goes at least this far. */
	raiseHead({ head, said }: Head): void {
		if (head > this.head) this.#head = { head, said };
	}

	/**
	 * Takes entries as they are delivered: messages at the new end of the window, changes into its messages.
	 * @param keep when the window is full; with `oldest` it stops following
	 * @returns the messages that were added
	 */
	deliver(entries: readonly Entry[], keep: Keep): readonly Message[] {
		if (!this.#isLive) {
			for (const entry of entries) hold(this.#ahead, entry);
			return [];
		}
		this.#take(entries);
		return this.appendEarly(keep);
	}

	/** Adds the entries that follow on the window and have come already. @returns the messages that were added */
	appendEarly(keep: Keep): readonly Message[] {
		const added: Message[] = [];
		for (let next = this.#early.get(this.#to + 1); next; next = this.#early.get(this.#to + 1)) {
			this.#to = next.seq;
			this.#toId = next.id;
			if (next.kind === 'message') added.push(this.#withRecent(messageOf(next)));
		}
		for (const seq of this.#early.keys()) if (seq <= this.#to) this.#early.delete(seq);
		if (added.length > 0) this.#replace([...this.#messages, ...added], keep);
		if (this.#to >= this.head) this.#isFollowing = true;
		return added.filter(({ seq }) => seq <= this.#to);
	}

	/**
	 * Adds a page at the new end. It may begin with messages of the window that have changed.
	 * @param keep when the window is full; with `oldest` it stops following
	 * @returns the messages that were added
	 */
	append(page: Page, keep: Keep): readonly Message[] {
		this.refresh(page.messages);
		this.raiseHead(page);
		if (page.from > this.#to + 1 || page.to <= this.#to) return this.appendEarly(keep);
		const added = page.messages.filter(({ seq }) => seq > this.#to).map((message) => this.#withRecent(message));
		this.#to = page.to;
		this.#toId = page.toId;
		this.#replace([...this.#messages, ...added], keep);
		const more = this.appendEarly(keep);
		return [...added.filter(({ seq }) => seq <= this.#to), ...more];
	}

	/** Adds an older page that ends where the window begins; any other is of an earlier window. */
	prepend({ from, to, messages }: Page): void {
		if (to !== this.#from - 1) return;
		this.#from = from;
		this.#replace([...messages.map((message) => this.#withRecent(message)), ...this.#messages], 'oldest');
	}

	/** Takes messages of the window as the log has them now. */
	refresh(messages: readonly Message[]): void {
		const bySeq = new Map(messages.map((message) => [message.seq, message]));
		this.#messages = this.#messages.map((known) => {
			const now = bySeq.get(known.seq);
			return now && lastEntryIn(now) > lastEntryIn(known) ? this.#withRecent(now) : known;
		});
	}

	/** Stays where it is from now on, whatever comes. */
	stopFollowing(): void {
		this.#isFollowing = false;
		this.#early.clear();
	}

	#take(entries: readonly Entry[]): void {
		for (const entry of entries) {
			this.raiseHead({ head: entry.seq, said: entry.said });
			if (entry.seq === this.#delivered + 1) this.#takeNext(entry);
			else if (entry.seq > this.#delivered) hold(this.#ahead, entry);
		}
	}

	/** Takes the next entry, and those that came before it and follow on it. */
	#takeNext(entry: Entry): void {
		for (let next: Entry | undefined = entry; next; next = this.#ahead.get(next.seq + 1)) {
			this.#ahead.delete(next.seq);
			this.#delivered = next.seq;
			if (next.kind !== 'message') this.#apply(next);
			if (this.#isFollowing && next.seq > this.#to) hold(this.#early, next);
		}
	}

	#apply(change: ChangeEntry): void {
		this.#recent.push(change);
		if (this.#recent.length > MAX_RECENT) this.#forget();
		if (!this.#messages.some(({ seq }) => seq === change.target.seq)) return;
		this.#messages = this.#messages.map((message) =>
			message.seq === change.target.seq ? fold(message, change, this.#reader()) : message
		);
	}

	/** Drops the oldest of the recent changes. The message that it changes is read with it, if it is not in the window yet. */
	#forget(): void {
		const change = this.#recent.shift();
		if (!change) return;
		this.#forgotten = change.seq;
		this.#early.delete(change.target.seq);
	}

	/** A page may be read before a change is stored, and arrive after it. */
	#withRecent(message: Message): Message {
		return this.#recent.reduce(
			(now, change) => (change.target.seq === now.seq ? fold(now, change, this.#reader()) : now),
			message
		);
	}

	#replace(messages: Message[], keep: Keep): void {
		if (messages.length <= MAX_HELD_MESSAGES) {
			this.#messages = messages;
			return;
		}
		this.#messages = keep === 'newest' ? messages.slice(-MAX_HELD_MESSAGES) : messages.slice(0, MAX_HELD_MESSAGES);
		if (keep === 'newest') {
			this.#from = this.#messages[0]?.seq ?? 1;
			return;
		}
		const last = this.#messages.at(-1);
		this.#to = last?.seq ?? 0;
		this.#toId = last?.id ?? '';
		this.stopFollowing();
	}
}

function hold(held: Map<number, Entry>, entry: Entry): void {
	if (held.size < MAX_EARLY) held.set(entry.seq, entry);
}
