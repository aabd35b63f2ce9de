import {
	MAX_PACKET_MESSAGES,
	PAGE_SIZE,
	type Entry,
	type Head,
	type JoinedRoom,
	type Message,
	type Page,
	type ReadHistory
} from '@digda/protocol';
import { ConnectionLost } from './requests.ts';
import { Retry } from './Retry.ts';
import { Timeline, type KeptEnd } from './Timeline.ts';
import type { Schedule } from './timing.ts';

/** The client waits this long for entries in flight before it fills a gap. The jitter spreads the requests of many clients. */
const GAP_WAIT_MS = 300;
const GAP_JITTER_MS = 200;

/** A client that missed more messages loads the latest page, and the other pages on demand. */
const MAX_CATCH_UP = 1_000;

type Range = Omit<ReadHistory, 'room'>;

export interface HistoryOptions {
	schedule: Schedule;
	random: () => number;
	/** Reads a page of the room. @throws {ConnectionLost} also when the reply arrives too late */
	read: (range: Range) => Promise<Page>;
	/** Called when the window has changed, with the messages that were added. */
	onChange: (added: readonly Message[]) => void;
	/** The id of the user. */
	reader: () => string | undefined;
	/** Called when the room must be joined again: the log is another one than the window's, or an entry was not delivered. */
	onLost: () => void;
	/** Called when a gap could not be filled. */
	onFailure: (error: unknown, retry: Retry) => void;
}

/** Keeps the timeline of a room up to date with its log, and moves its window through the log. */
export class History {
	readonly timeline: Timeline;
	/** Tells whether the reader is at the newest message. The window then keeps its newest end. */
	isReaderAtEnd = true;
	/** The last message that the reader sees. A full window is trimmed at the end that is farther from it. */
	lastSeen = 0;
	readonly #options: HistoryOptions;
	/** The timer that fills the gap after `GAP_WAIT_MS`, or again after a failure. */
	readonly #gap: Retry;
	/** Identifies the current run of `fillGap`. */
	#filling: symbol | undefined;
	/** The newest request that replaces the window. */
	#shown: symbol | undefined;

	constructor(options: HistoryOptions) {
		this.#options = options;
		this.timeline = new Timeline(options.reader);
		this.#gap = new Retry(options.schedule, options.random, () => void this.fillGap());
	}

	/** Tells whether reading the entries at the end has failed. A timer retries it, and so does `fillGap`. */
	get isStuck(): boolean {
		return this.timeline.isLive && this.timeline.hasGap && this.#gap.hasFailed;
	}

	/**
	 * Continues with the reply to a join. The first join opens the window at the first unread message.
	 * @returns whether the window was replaced; its log may then be another one
	 * @throws {RejectionError} or when the connection ends
	 */
	async enter(joined: JoinedRoom): Promise<boolean> {
		const { timeline } = this;
		const { readSeq, messages, reset } = joined;
		const isFirst = timeline.epoch === undefined;
		const isAnew = reset || isFirst;
		if (isAnew) timeline.start(joined);
		else timeline.resume(joined, this.#keptEnd());
		timeline.goLive(joined);
		if (isFirst && readSeq + 1 < timeline.from) await this.showAround(readSeq + 1);
		else if (isAnew) this.#changed([...messages, ...timeline.appendEarly(this.#keptEnd())]);
		else await this.#catchUp(joined);
		if (timeline.hasGap && !timeline.isBehind) void this.fillGap();
		return isAnew;
	}

	/** Stops applying entries until the next reply to a join: they may belong to another log. */
	suspend(): void {
		this.#filling = undefined;
		this.#gap.clear();
		this.timeline.goOffline();
	}

	/** Applies delivered entries. */
	deliver(entries: readonly Entry[]): void {
		this.#changed(this.timeline.deliver(entries, this.#keptEnd()));
	}

	/** Applies a head that the server announced. */
	raiseHead(head: Head): void {
		const { timeline } = this;
		if (!timeline.isLive) return;
		if (head.head < timeline.to) {
			this.#options.onLost();
			return;
		}
		timeline.raiseHead(head);
		this.#changed();
	}

	/** Extends the window towards the beginning. @throws {RejectionError} or when there is no connection */
	async loadOlder(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasOlder) return;
		timeline.prepend(await this.#read({ before: timeline.from, limit: PAGE_SIZE }));
		this.#changed();
	}

	/** Extends the window towards the head. @throws {RejectionError} or when there is no connection */
	async loadNewer(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasNewer) return;
		this.#append(await this.#read({ after: timeline.to, limit: PAGE_SIZE }), 'newest');
	}

	/** Replaces the window by the newest messages. @throws {RejectionError} or when there is no connection */
	async showLatest(): Promise<void> {
		await this.#show({ before: Number.MAX_SAFE_INTEGER });
	}

	/**
	 * Replaces the window by the messages around a `seq`, unless another part of the log is requested before the answer.
	 * @throws {RejectionError} or when there is no connection
	 */
	async showAround(seq: number): Promise<void> {
		await this.#show({ around: seq });
	}

	/** Appends the page of a join, or loads the latest page when the client missed more than `MAX_CATCH_UP` messages. */
	async #catchUp(joined: JoinedRoom): Promise<void> {
		const { timeline } = this;
		if (!timeline.isFollowing) this.#changed();
		else if (timeline.missing <= MAX_CATCH_UP) this.#append(joined, this.#keptEnd());
		else if (this.isReaderAtEnd) await this.showLatest();
		else {
			// The position of a reader of history does not change.
			timeline.stopFollowing();
			this.#changed();
		}
	}

	/** Keeps the window: the answer to an earlier request does not replace it. */
	stay(): void {
		this.#shown = undefined;
	}

	async #show(range: Range): Promise<void> {
		const shown = Symbol();
		this.#shown = shown;
		const page = await this.#read({ ...range, limit: PAGE_SIZE });
		if (this.#shown !== shown) return;
		this.timeline.start(page);
		this.#changed([...page.messages, ...this.timeline.appendEarly(this.#keptEnd())]);
	}

	async #read(range: Range): Promise<Page> {
		for (;;) {
			const page = await this.#options.read(range);
			// The reply to a join does not contain the changes of this page that were stored before it.
			if (!this.timeline.isLive) throw new ConnectionLost('the room is being joined again');
			if (page.epoch !== this.timeline.epoch) {
				this.#options.onLost();
				throw new ConnectionLost('the page belongs to another log');
			}
			this.timeline.raiseHead(page);
			if (!this.timeline.isOutdated(page)) return page;
		}
	}

	#keptEnd(): KeptEnd {
		const { from, to } = this.timeline;
		return this.isReaderAtEnd || to - this.lastSeen < this.lastSeen - from ? 'newest' : 'oldest';
	}

	#append(page: Page, keep: KeptEnd): void {
		this.#changed(this.timeline.append(page, keep));
	}

	#changed(added: readonly Message[] = []): void {
		this.#scheduleGapFill();
		this.#options.onChange(added);
	}

	/** Sets the timer when there is a gap, because the missing entries may be in flight. */
	#scheduleGapFill(): void {
		const { timeline } = this;
		if (!timeline.hasGap && !timeline.isBehind) this.#gap.clear();
		else if (timeline.isLive && !this.#filling && !this.#gap.isSet) {
			this.#gap.set(GAP_WAIT_MS + GAP_JITTER_MS * this.#options.random());
		}
	}

	/** Reads page after page until the window reaches the head. */
	async fillGap(): Promise<void> {
		if (this.#filling) return;
		this.#gap.clear();
		const { timeline } = this;
		if (timeline.isBehind) {
			// The missing entries may change any message, so the room is joined again.
			this.#options.onLost();
			return;
		}
		const filling = Symbol();
		this.#filling = filling;
		try {
			while (this.#filling === filling && timeline.hasGap) {
				const { to } = timeline;
				this.#append(await this.#read({ after: to, limit: MAX_PACKET_MESSAGES }), this.#keptEnd());
				// The log ends before the announced head.
				if (timeline.to === to && this.timeline.hasGap) this.#options.onLost();
			}
			this.#gap.succeed();
		} catch (error) {
			this.#options.onFailure(error, this.#gap);
		} finally {
			if (this.#filling === filling) this.#filling = undefined;
			this.#changed();
		}
	}
}
