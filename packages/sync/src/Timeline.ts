import type { Message } from '@digda/protocol';

/**
 * A timeline keeps at most this many messages; the end that is far from the reader is trimmed. So few that an interface
 * can show all of them: there is no second window on the first.
 */
export const MAX_MESSAGES = 300;

/** At most this many messages wait for those before them; the rest is read when its turn comes. */
const MAX_HELD = 1_000;

/** Which end of a full window stays. */
export type Keep = 'oldest' | 'newest';

/**
 * A window `[from, to]` on the log of a room, without a hole. It grows at both ends by what follows on it and
 * takes nothing else: what it has is dropped, what comes too early is held.
 */
export class Timeline {
	#messages: readonly Message[] = [];
	#epoch: string | undefined;
	#head = 0;
	#isFollowing = true;
	readonly #held = new Map<number, Message>();
	/** What is known to be taken back; a page that was read before may come after the word of it. */
	readonly #takenBack = new Set<number>();

	/** The window, ascending; another array after each change. */
	get messages(): readonly Message[] {
		return this.#messages;
	}

	/** The first `seq` of the window; one behind `to` while it is empty. */
	get from(): number {
		return this.#messages[0]?.seq ?? 1;
	}

	/** The last `seq` of the window; 0 while it is empty. */
	get to(): number {
		return this.#messages.at(-1)?.seq ?? 0;
	}

	/** The newest `seq` that is known to be in the log. */
	get head(): number {
		return this.#head;
	}

	/** The log that the window is a part of; undefined before the first page. */
	get epoch(): string | undefined {
		return this.#epoch;
	}

	/** Whether the window goes along with the head; it does not while a reader is far back in history. */
	get isFollowing(): boolean {
		return this.#isFollowing;
	}

	/** Whether the window is what an earlier visit kept. */
	get isPreview(): boolean {
		return this.#epoch === undefined && this.#messages.length > 0;
	}

	get hasOlder(): boolean {
		return this.#epoch !== undefined && this.from > 1;
	}

	get hasNewer(): boolean {
		return this.to < this.#head;
	}

	/** Whether messages are missing between the window and the head that it follows. */
	get hasGap(): boolean {
		return this.#isFollowing && this.hasNewer;
	}

	/** Shows what an earlier visit kept, of a log that may be another one by now; the first page replaces it. */
	preview(messages: readonly Message[]): void {
		if (this.#epoch === undefined) this.#messages = messages;
	}

	/** Begins anew with a page of a log; what is held follows on it. */
	start(epoch: string, head: number, page: readonly Message[]): void {
		if (epoch !== this.#epoch) this.#takenBack.clear();
		this.#epoch = epoch;
		this.#messages = page;
		this.#takeBack(page);
		this.#isFollowing = this.to >= head;
		this.resume(head);
	}

	/** The log as it is on a new connection: it may end before what was heard of it on an earlier one. */
	resume(head: number): void {
		this.#head = Math.max(head, this.to, ...this.#held.keys());
	}

	/** The log goes at least this far. */
	raiseHead(head: number): void {
		this.#head = Math.max(this.#head, head);
	}

	/** Keeps messages until those before them have come. */
	hold(messages: readonly Message[]): void {
		for (const message of messages) {
			this.raiseHead(message.seq);
			if (this.#isFollowing && message.seq > this.to && this.#held.size < MAX_HELD) {
				this.#held.set(message.seq, message);
			}
		}
	}

	/** Forgets what was heard beyond the window: it may come from another log than the next page. */
	dropHeld(): void {
		this.#held.clear();
		this.#takenBack.clear();
	}

	/**
	 * Adds messages at the new end: those that follow, then those held that follow on them.
	 * @param keep when the window is full; with `oldest` it stops following
	 * @returns those that were added
	 */
	append(messages: readonly Message[], keep: Keep): readonly Message[] {
		this.#takeBack(messages);
		const added: Message[] = [];
		let to = this.to;
		for (const message of messages) {
			if (message.seq === to + 1) to = added.push(message) && message.seq;
			else if (message.seq > to + 1) this.hold([message]);
		}
		for (let next = this.#held.get(to + 1); next; next = this.#held.get(to + 1)) {
			to = added.push(next) && next.seq;
		}
		this.raiseHead(to);
		for (const seq of this.#held.keys()) if (seq <= to) this.#held.delete(seq);
		if (added.length > 0) {
			this.#replace([...this.#messages, ...added.map((message) => this.#asKnown(message))], keep);
			this.#takeBack(added);
		}
		if (this.to >= this.#head) this.#isFollowing = true;
		return added.filter(({ seq }) => seq <= this.to);
	}

	/** Adds an older page that ends where the window begins; any other is of an earlier window. */
	prepend(page: readonly Message[]): void {
		if (page.at(-1)?.seq !== this.from - 1) return;
		this.#replace([...page, ...this.#messages], 'oldest');
		this.#takeBack(page);
	}

	/** Messages of the window as the log has them now. */
	renew(page: readonly Message[]): void {
		const bySeq = new Map(page.map((message) => [message.seq, message]));
		this.#messages = this.#messages.map((message) => bySeq.get(message.seq) ?? message);
		this.#takeBack(page);
	}

	/** Stays where it is from now on, whatever comes. */
	stopFollowing(): void {
		this.#isFollowing = false;
		this.#held.clear();
	}

	/** Empties what entries say to be taken back, wherever it is. */
	#takeBack(entries: readonly Message[]): void {
		for (const { deletes } of entries) if (deletes !== undefined) this.#takenBack.add(deletes);
		if (this.#takenBack.size > 0) this.#messages = this.#messages.map((message) => this.#asKnown(message));
	}

	#asKnown(message: Message): Message {
		return message.text !== '' && this.#takenBack.has(message.seq) ? { ...message, text: '' } : message;
	}

	#replace(messages: Message[], keep: Keep): void {
		const isTooLong = messages.length > MAX_MESSAGES;
		if (!isTooLong) this.#messages = messages;
		else if (keep === 'newest') this.#messages = messages.slice(-MAX_MESSAGES);
		else this.#messages = messages.slice(0, MAX_MESSAGES);
		if (isTooLong && keep === 'oldest') this.stopFollowing();
	}
}
