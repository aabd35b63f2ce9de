import {
	MAX_PACKET_MESSAGES,
	PAGE_SIZE,
	type JoinedRoom,
	type Message,
	type Page,
	type ReadHistory
} from '@digda/protocol';
import { LineLost } from './requests.ts';
import { Retry } from './Retry.ts';
import { Timeline, type Keep } from './Timeline.ts';
import type { Schedule } from './timing.ts';

/** How long a gap waits for what is in flight; a random part more keeps clients from asking all at once. */
const GAP_WAIT_MS = 300;
const GAP_JITTER_MS = 200;

/** Whoever missed more than this takes the latest page, and the rest on demand. */
const MAX_CATCH_UP = 1_000;

type Range = Omit<ReadHistory, 'room'>;

export interface HistoryOptions {
	schedule: Schedule;
	random: () => number;
	/** Asks for a page of the room. @throws {LineLost} also when its answer comes too late */
	read: (range: Range) => Promise<Page>;
	/** Called when the window has changed, with the messages that are new in it. */
	onChange: (added: readonly Message[]) => void;
	/** Called when the log turns out to be another one than the window's: the room is to be joined again. */
	onOtherLog: () => void;
	/** Called when a gap could not be filled. */
	onFailure: (error: unknown, retry: Retry) => void;
}

/** Keeps the timeline of a room up with its log, and moves it through the log as its reader wants. */
export class History {
	readonly timeline = new Timeline();
	/** Whether the reader is at the newest message: then that stays, whatever comes. */
	isReaderAtEnd = true;
	/** The last message that the reader sees; the end of a full window that is farther from it is trimmed. */
	lastSeen = 0;
	readonly #options: HistoryOptions;
	/** Whether what comes now continues the log of the window: from the answer to a join on. */
	#isLive = false;
	/** Fills the gap: after a moment, or once more after a failure. */
	readonly #gap: Retry;
	/** The filling that is under way. */
	#filling: symbol | undefined;

	constructor(options: HistoryOptions) {
		this.#options = options;
		this.#gap = new Retry(options.schedule, options.random, () => void this.fillGap());
	}

	/** Where the window ends, for a join that is to go on from there. */
	get place() {
		const { epoch, to, messages } = this.timeline;
		const afterId = messages.at(-1)?.id;
		if (epoch === undefined) return {};
		return { after: to, epoch, ...(afterId !== undefined && { afterId }) };
	}

	/** Whether what is missing at the end could not be read; it is tried again by itself, and by `fillGap`. */
	get isStuck(): boolean {
		return this.#isLive && this.timeline.hasGap && this.#gap.hasFailed;
	}

	/**
	 * Goes on with the answer to a join; a first one begins where the reader has not read yet.
	 * @returns whether the window began anew, in a log that may be another one
	 * @throws {Refused} or when the connection ends
	 */
	async enter({ epoch, head, readSeq, messages, reset }: JoinedRoom): Promise<boolean> {
		const { timeline } = this;
		const isFirst = timeline.epoch === undefined;
		const isAnew = reset || isFirst;
		if (isAnew) timeline.start(epoch, head, messages);
		if (isFirst && readSeq + 1 < timeline.from) await this.showAround(readSeq + 1);
		else if (isAnew) this.#changed(messages);
		else {
			timeline.resume(head);
			if (timeline.hasGap) await this.#catchUp(head, messages);
		}
		this.#isLive = true;
		this.#append([], this.#keep());
		if (timeline.hasGap) void this.fillGap();
		else if (!isAnew && timeline.hasNewer) await this.#renew();
		return isAnew;
	}

	/** Until the next answer to a join nobody knows whether what comes continues the log of the window. */
	lose(): void {
		this.#isLive = false;
		this.#filling = undefined;
		this.#gap.clear();
		this.timeline.dropHeld();
	}

	/** News of the room. */
	hear(messages: readonly Message[]): void {
		if (this.#isLive) this.#append(messages, this.#keep());
		else this.timeline.hold(messages);
	}

	/** The server's word on the head. */
	hearHead(head: number): void {
		if (!this.#isLive) return;
		if (head < this.timeline.to) {
			this.#options.onOtherLog();
			return;
		}
		this.timeline.raiseHead(head);
		this.#changed();
	}

	/** Extends the window towards the beginning. @throws {Refused} or when there is no connection */
	async loadOlder(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasOlder) return;
		const { messages } = await this.#read({ before: timeline.from, limit: PAGE_SIZE });
		timeline.prepend(messages);
		this.#changed();
	}

	/** Extends the window towards the head. @throws {Refused} or when there is no connection */
	async loadNewer(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasNewer) return;
		const { messages } = await this.#read({ after: timeline.to, limit: PAGE_SIZE });
		this.#append(messages, 'newest');
	}

	/** Replaces the window by the newest messages. @throws {Refused} or when there is no connection */
	async showLatest(): Promise<void> {
		await this.#show({ before: Number.MAX_SAFE_INTEGER });
	}

	/** Replaces the window by the messages around a place. @throws {Refused} or when there is no connection */
	async showAround(seq: number): Promise<void> {
		await this.#show({ around: seq });
	}

	/** Reads the window again: what was taken back meanwhile is said beyond its end. */
	async #renew(): Promise<void> {
		const { timeline } = this;
		for (let after = timeline.from - 1; after < timeline.to;) {
			const { messages } = await this.#read({ after, limit: MAX_PACKET_MESSAGES });
			timeline.renew(messages);
			after = messages.at(-1)?.seq ?? timeline.to;
		}
	}

	/** Takes the page that joining answered with, or begins anew at the end when too much was missed. */
	async #catchUp(head: number, messages: readonly Message[]): Promise<void> {
		const { timeline } = this;
		if (head - timeline.to <= MAX_CATCH_UP) this.#append(messages, this.#keep());
		else if (this.isReaderAtEnd) await this.showLatest();
		// Who reads history is not moved.
		else timeline.stopFollowing();
	}

	async #show(range: Range): Promise<void> {
		const page = await this.#read({ ...range, limit: PAGE_SIZE });
		const { head } = this.timeline;
		this.#start(page);
		// More may have been heard of while the page was on its way.
		this.timeline.raiseHead(head);
		this.#append([], this.#keep());
	}

	#start({ epoch, head, messages }: Page): void {
		this.timeline.start(epoch, head, messages);
		this.#changed(messages);
	}

	async #read(range: Range): Promise<Page> {
		const page = await this.#options.read(range);
		if (page.epoch !== this.timeline.epoch) {
			this.#options.onOtherLog();
			throw new LineLost('the page is of another log');
		}
		this.timeline.raiseHead(page.head);
		return page;
	}

	#keep(): Keep {
		const { from, to } = this.timeline;
		return this.isReaderAtEnd || to - this.lastSeen < this.lastSeen - from ? 'newest' : 'oldest';
	}

	#append(messages: readonly Message[], keep: Keep): void {
		this.#changed(this.timeline.append(messages, keep));
	}

	#changed(added: readonly Message[] = []): void {
		this.#mindTheGap();
		this.#options.onChange(added);
	}

	/** What is missing may be in flight; after a moment it is read. */
	#mindTheGap(): void {
		if (!this.timeline.hasGap) this.#gap.clear();
		else if (this.#isLive && !this.#filling && !this.#gap.isSet) {
			this.#gap.set(GAP_WAIT_MS + GAP_JITTER_MS * this.#options.random());
		}
	}

	/** Reads page after page until the window has come to the head that it follows. */
	async fillGap(): Promise<void> {
		if (this.#filling) return;
		this.#gap.clear();
		const filling = (this.#filling = Symbol());
		try {
			while (this.#filling === filling && this.timeline.hasGap) {
				const { to } = this.timeline;
				const { messages } = await this.#read({ after: to, limit: MAX_PACKET_MESSAGES });
				this.#append(messages, this.#keep());
				// The log ends before the head that was announced.
				if (messages.length === 0 && this.timeline.to === to) this.#options.onOtherLog();
			}
			// The window grew full before it came to the end.
			if (this.#filling === filling && this.timeline.hasNewer) await this.#renew();
			this.#gap.succeed();
		} catch (error) {
			this.#options.onFailure(error, this.#gap);
		} finally {
			if (this.#filling === filling) this.#filling = undefined;
			this.#changed();
		}
	}
}
