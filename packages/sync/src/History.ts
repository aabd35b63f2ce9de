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
import { Timeline, type Keep } from './Timeline.ts';
import type { Schedule } from './timing.ts';

/** A gap waits so long for entries in flight; a random part more keeps clients from asking all at once. */
const GAP_WAIT_MS = 300;
const GAP_JITTER_MS = 200;

/** A client that missed more messages takes the latest page, and the rest on demand. */
const MAX_CATCH_UP = 1_000;

type Range = Omit<ReadHistory, 'room'>;

export interface HistoryOptions {
	schedule: Schedule;
	random: () => number;
	/** Reads a page of the room. @throws {ConnectionLost} also when the reply comes too late */
	read: (range: Range) => Promise<Page>;
	/** Called when the window has changed, with the messages that are new in it. */
	onChange: (added: readonly Message[]) => void;
	/** The person who reads. */
	reader: () => string | undefined;
	/** Called when the log turns out to be another one than the window's, or an entry was not delivered: the room is to be joined again. */
	onLost: () => void;
	/** Called when a gap could not be filled. */
	onFailure: (error: unknown, retry: Retry) => void;
}

/** Keeps the timeline of a room up with its log, and moves it through the log as its reader wants. */
export class History {
	readonly timeline: Timeline;
	/** Whether the reader is at the newest message: then that stays, whatever comes. */
	isReaderAtEnd = true;
	/** The last message that the reader sees; the end of a full window that is farther from it is trimmed. */
	lastSeen = 0;
	readonly #options: HistoryOptions;
	/** Fills the gap: after a moment, or once more after a failure. */
	readonly #gap: Retry;
	/** The filling that is under way. */
	#filling: symbol | undefined;

	constructor(options: HistoryOptions) {
		this.#options = options;
		this.timeline = new Timeline(options.reader);
		this.#gap = new Retry(options.schedule, options.random, () => void this.fillGap());
	}

	/** Whether entries at the end could not be read; it is tried again by itself, and by `fillGap`. */
	get isStuck(): boolean {
		return this.timeline.isLive && this.timeline.hasGap && this.#gap.hasFailed;
	}

	/**
	 * Goes on with the answer to a join; a first one begins where the reader has not read yet.
	 * @returns whether the window began anew, in a log that may be another one
	 * @throws {RejectionError} or when the connection ends
	 */
	async enter(joined: JoinedRoom): Promise<boolean> {
		const { timeline } = this;
		const { readSeq, messages, reset } = joined;
		const isFirst = timeline.epoch === undefined;
		const isAnew = reset || isFirst;
		if (isAnew) timeline.start(joined);
		else timeline.resume(joined, this.#keep());
		timeline.goLive(joined);
		if (isFirst && readSeq + 1 < timeline.from) await this.showAround(readSeq + 1);
		else if (isAnew) this.#changed([...messages, ...timeline.appendEarly(this.#keep())]);
		else await this.#catchUp(joined);
		if (timeline.hasGap && !timeline.isBehind) void this.fillGap();
		return isAnew;
	}

	/** Until the next answer to a join nobody knows whether entries continue the log of the window. */
	lose(): void {
		this.#filling = undefined;
		this.#gap.clear();
		this.timeline.goOffline();
	}

	/** Entries were delivered. */
	deliver(entries: readonly Entry[]): void {
		this.#changed(this.timeline.deliver(entries, this.#keep()));
	}

	/** The server tells the head. */
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

	/** Replaces the window by the messages around a place. @throws {RejectionError} or when there is no connection */
	async showAround(seq: number): Promise<void> {
		await this.#show({ around: seq });
	}

	/** Takes the page of a join that goes on from the window, or begins anew at the end when too much was missed. */
	async #catchUp(joined: JoinedRoom): Promise<void> {
		const { timeline } = this;
		if (!timeline.isFollowing) this.#changed();
		else if (timeline.missing <= MAX_CATCH_UP) this.#append(joined, this.#keep());
		else if (this.isReaderAtEnd) await this.showLatest();
		else {
			// A reader of history is not moved.
			timeline.stopFollowing();
			this.#changed();
		}
	}

	async #show(range: Range): Promise<void> {
		const page = await this.#read({ ...range, limit: PAGE_SIZE });
		this.timeline.start(page);
		this.#changed([...page.messages, ...this.timeline.appendEarly(this.#keep())]);
	}

	async #read(range: Range): Promise<Page> {
		for (;;) {
			const page = await this.#options.read(range);
			// The answer to a join says nothing of changes of this page that were stored before it.
			if (!this.timeline.isLive) throw new ConnectionLost('the room is joined again');
			if (page.epoch !== this.timeline.epoch) {
				this.#options.onLost();
				throw new ConnectionLost('the page is of another log');
			}
			this.timeline.raiseHead(page);
			if (!this.timeline.isOutdated(page)) return page;
		}
	}

	#keep(): Keep {
		const { from, to } = this.timeline;
		return this.isReaderAtEnd || to - this.lastSeen < this.lastSeen - from ? 'newest' : 'oldest';
	}

	#append(page: Page, keep: Keep): void {
		this.#changed(this.timeline.append(page, keep));
	}

	#changed(added: readonly Message[] = []): void {
		this.#mindTheGap();
		this.#options.onChange(added);
	}

	/** Missing entries may be in flight; after a moment they are read. */
	#mindTheGap(): void {
		const { timeline } = this;
		if (!timeline.hasGap && !timeline.isBehind) this.#gap.clear();
		else if (timeline.isLive && !this.#filling && !this.#gap.isSet) {
			this.#gap.set(GAP_WAIT_MS + GAP_JITTER_MS * this.#options.random());
		}
	}

	/** Reads page after page until the window has come to the head that it follows. */
	async fillGap(): Promise<void> {
		if (this.#filling) return;
		this.#gap.clear();
		const { timeline } = this;
		if (timeline.isBehind) {
			// Nobody knows what the missing entries change.
			this.#options.onLost();
			return;
		}
		const filling = (this.#filling = Symbol());
		try {
			while (this.#filling === filling && timeline.hasGap) {
				const { to } = timeline;
				this.#append(await this.#read({ after: to, limit: MAX_PACKET_MESSAGES }), this.#keep());
				// The log ends before the head that was announced.
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
