import {
	fold,
	isChangedBy,
	isNewer,
	isRow,
	MAX_HELD_MESSAGES,
	messageOf,
	type ChangeEntry,
	type Entry,
	type Head,
	type Message,
	type Page,
	type ReadCursor
} from '@digda/protocol';

/** At most this many early entries are held. The client reads the others from the log later. */
const MAX_EARLY = 1_000;

/** This many recent changes are kept. They are applied to pages that were read before a change was stored. */
const MAX_RECENT = 500;

/** The end of a full window that is kept. */
export type KeptEnd = 'oldest' | 'newest';

/**
 * A window on the log of a room without a gap: the messages from one `seq` to another, with all delivered entries folded into
 * them. Pages and entries extend it at both ends. It holds at most `MAX_HELD_MESSAGES`, so that an interface can show all of
 * them without a virtual list.
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
	/** The `seq` up to which all entries were delivered and folded into the messages of the window. */
	#delivered = 0;
	/** Delivered entries that wait for a missing earlier entry, by `seq`. */
	readonly #ahead = new Map<number, Entry>();
	/** Delivered entries beyond the window, by `seq`. */
	readonly #early = new Map<number, Entry>();
	#recent: ChangeEntry[] = [];
	/** The `seq` up to which changes were removed from the recent ones. */
	#forgotten = 0;

	/** @param reader returns the id of the user */
	constructor(reader: () => string | undefined) {
		this.#reader = reader;
	}

	/** The messages of the window, ascending. Each change creates another array. */
	get messages(): readonly Message[] {
		return this.#messages;
	}

	/** The first `seq` of the window. */
	get from(): number {
		return this.#from;
	}

	/** The last `seq` of the window; `from` - 1 while the window is empty. */
	get to(): number {
		return this.#to;
	}

	/**
	 * The part of the window into which all entries are folded; undefined before the first page. A page may go beyond the
	 * delivered entries. The entries in between may change earlier messages, so that part of the page is left out.
	 */
	get held(): { epoch: string; from: number; after: number; afterId?: string } | undefined {
		if (this.#epoch === undefined) return undefined;
		const last = this.#messages.findLast(({ seq }) => seq <= this.#delivered);
		const cut = { after: last?.seq ?? this.#from - 1, afterId: last?.id ?? '' };
		const { after, afterId } = this.#to <= this.#delivered ? { after: this.#to, afterId: this.#toId } : cut;
		const part = { epoch: this.#epoch, from: this.#from, after };
		return afterId === '' ? part : { ...part, afterId };
	}

	/** The `seq` up to which all entries were delivered and folded into the messages of the window. */
	get delivered(): number {
		return this.#delivered;
	}

	/** The newest known `seq` of the log. */
	get head(): number {
		return this.#head.head;
	}

	/** The number of known messages in the log. */
	get said(): number {
		return this.#head.said;
	}

	/** The epoch of the window's log; undefined before the first page. */
	get epoch(): string | undefined {
		return this.#epoch;
	}

	/** Tells whether the window follows the head. It does not while the reader is far back in history. */
	get isFollowing(): boolean {
		return this.#isFollowing;
	}

	/** Tells whether delivered entries are applied at once. */
	get isLive(): boolean {
		return this.#isLive;
	}

	/** Tells whether the window shows kept messages of an earlier visit. */
	get isPreview(): boolean {
		return this.#epoch === undefined && this.#messages.length > 0;
	}

	get hasOlder(): boolean {
		return this.#epoch !== undefined && this.#from > 1;
	}

	get hasNewer(): boolean {
		return this.#to < this.head;
	}

	/** Tells whether the window follows the head and entries between them are missing. */
	get hasGap(): boolean {
		return this.#isFollowing && this.hasNewer;
	}

	/** Tells whether the log contains entries that were not delivered. */
	get isBehind(): boolean {
		return this.#isLive && this.#delivered < this.head;
	}

	/** The number of messages between the window and the head. */
	get missing(): number {
		return this.said - (this.#messages.at(-1)?.said ?? 0);
	}

	/** Computes the read cursor of a user who has read up to an entry, from the messages in the window. */
	cursorAt(readSeq: number): ReadCursor {
		if (readSeq >= this.head) return { readSeq, readSaid: this.said };
		// The number of unread messages before the window is unknown.
		if (readSeq < this.#from - 1) return { readSeq, readSaid: 0 };
		const unread = this.#messages.filter(({ seq }) => seq > readSeq);
		const first = unread[0];
		const before = first ? first.said - countSaid(first) : (this.#messages.at(-1)?.said ?? 0);
		return { readSeq, readSaid: before + unread.filter(({ isDeleted, isTopic }) => isDeleted && !isTopic).length };
	}

	/** Tells whether a page is so old that changes may be missing in it. */
	isOutdated({ head }: Page): boolean {
		return head < this.#forgotten;
	}

	/** Shows kept messages of an earlier visit, perhaps of another log. The first page replaces them. */
	preview(messages: readonly Message[]): void {
		if (this.#epoch !== undefined) return;
		this.#messages = messages;
		this.#from = messages[0]?.seq ?? 1;
		this.#to = messages.at(-1)?.seq ?? 0;
	}

	/** Replaces the window by a page. */
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

	/** Applies the reply to a join: the current messages of the held part, and the page after it. */
	resume(page: Page, keep: KeptEnd): void {
		this.refresh(page.messages);
		if (page.from > this.#to) return;
		const kept = this.#messages.filter(({ seq }) => seq < page.from);
		this.#to = page.to;
		this.#toId = page.toId;
		this.#replace([...kept, ...page.messages.filter(({ seq }) => seq >= page.from)], keep);
	}

	/**
	 * Starts to apply entries after the head of a reply to a join. The log may be shorter than on an earlier connection.
	 */
	goLive({ head, said }: Head): void {
		const waiting = [...this.#ahead.values()];
		this.#ahead.clear();
		this.#head = { head, said };
		this.#isLive = true;
		this.#delivered = head;
		this.#forgotten = head;
		if (this.#to >= head) this.#isFollowing = true;
		this.#receive(waiting);
	}

	/** Stops applying entries until the next `goLive`: they may belong to another log. */
	goOffline(): void {
		this.#isLive = false;
		this.#ahead.clear();
		this.#early.clear();
		this.#recent = [];
	}

	/** Raises the known head. It never goes back. */
	raiseHead({ head, said }: Head): void {
		if (head > this.head) this.#head = { head, said };
	}

	/**
	 * Applies delivered entries: messages are appended to the window, and changes are folded into its messages.
	 * @param keep the kept end of a full window; with `oldest` it stops following
	 * @returns the messages that were added
	 */
	deliver(entries: readonly Entry[], keep: KeptEnd): readonly Message[] {
		if (!this.#isLive) {
			for (const entry of entries) hold(this.#ahead, entry);
			return [];
		}
		this.#receive(entries);
		return this.appendEarly(keep);
	}

	/** Appends early entries that now follow the window. @returns the messages that were added */
	appendEarly(keep: KeptEnd): readonly Message[] {
		const added: Message[] = [];
		for (let next = this.#early.get(this.#to + 1); next; next = this.#early.get(this.#to + 1)) {
			this.#to = next.seq;
			this.#toId = next.id;
			if (isRow(next)) added.push(this.#withRecent(messageOf(next)));
		}
		for (const seq of this.#early.keys()) {
			if (seq <= this.#to) this.#early.delete(seq);
		}
		if (added.length > 0) this.#replace([...this.#messages, ...added], keep);
		if (this.#to >= this.head) this.#isFollowing = true;
		return added.filter(({ seq }) => seq <= this.#to);
	}

	/**
	 * Appends a page. It may begin with messages of the window that have changed.
	 * @param keep the kept end of a full window; with `oldest` it stops following
	 * @returns the messages that were added
	 */
	append(page: Page, keep: KeptEnd): readonly Message[] {
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

	/** Prepends an older page that ends where the window begins. Any other page belongs to an earlier window. */
	prepend({ from, to, messages }: Page): void {
		if (to !== this.#from - 1) return;
		this.#from = from;
		this.#replace([...messages.map((message) => this.#withRecent(message)), ...this.#messages], 'oldest');
	}

	/** Replaces messages of the window by newer versions. */
	refresh(messages: readonly Message[]): void {
		const bySeq = new Map(messages.map((message) => [message.seq, message]));
		this.#messages = this.#messages.map((known) => {
			const now = bySeq.get(known.seq);
			return now && isNewer(now, known) ? this.#withRecent(now) : known;
		});
	}

	/** Stops following the head: new entries do not move the window. */
	stopFollowing(): void {
		this.#isFollowing = false;
		this.#early.clear();
	}

	#receive(entries: readonly Entry[]): void {
		for (const entry of entries) {
			this.raiseHead({ head: entry.seq, said: entry.said });
			if (entry.seq === this.#delivered + 1) this.#receiveNext(entry);
			else if (entry.seq > this.#delivered) hold(this.#ahead, entry);
		}
	}

	/** Applies the next entry, and the held entries that follow it. */
	#receiveNext(entry: Entry): void {
		for (let next: Entry | undefined = entry; next; next = this.#ahead.get(next.seq + 1)) {
			this.#ahead.delete(next.seq);
			this.#delivered = next.seq;
			if (!isRow(next)) this.#apply(next);
			if (this.#isFollowing && next.seq > this.#to) hold(this.#early, next);
		}
	}

	#apply(change: ChangeEntry): void {
		this.#recent.push(change);
		if (this.#recent.length > MAX_RECENT) this.#forget();
		if (!this.#messages.some((message) => isChangedBy(message, change))) return;
		this.#messages = this.#messages.map((message) => fold(message, change, this.#reader()));
	}

	/**
	 * Drops the oldest recent change. Early messages that it changes, or whose quotes it changes, are dropped, too, and read
	 * from the log later.
	 */
	#forget(): void {
		const change = this.#recent.shift();
		if (!change) return;
		this.#forgotten = change.seq;
		this.#early.delete(change.target.seq);
		if (change.kind === 'reaction') return;
		for (const [seq, entry] of this.#early) {
			if (entry.kind === 'message' && entry.quote?.seq === change.target.seq) this.#early.delete(seq);
		}
	}

	/** Applies recent changes to a message of a page, because the page may be older than the changes. */
	#withRecent(message: Message): Message {
		return this.#recent.reduce((now, change) => fold(now, change, this.#reader()), message);
	}

	#replace(messages: Message[], keep: KeptEnd): void {
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

/** What a row adds to the number of messages: a topic and a hidden message are none. */
function countSaid({ isTopic, isHidden }: Message): number {
	return isTopic || isHidden ? 0 : 1;
}
