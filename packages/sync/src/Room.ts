import {
	MAX_PACKET_MESSAGES,
	PAGE_SIZE,
	READ_MARK_INTERVAL_MS,
	RoomText,
	TYPING_INTERVAL_MS,
	type JoinedRoom,
	type Message,
	type Page,
	type PresenceChange,
	type ReadHistory,
	type ReplyError,
	type User
} from '@digda/protocol';
import * as v from 'valibot';
import type { Line } from './line.ts';
import type { Outbox } from './Outbox.ts';
import type { OutboxEntry } from './OutboxEntry.ts';
import { People } from './People.ts';
import { dataOf, isWorthRetry, LineLost, Refused, type Ask } from './requests.ts';
import { Signal } from './Signal.ts';
import { Timeline, type Keep } from './Timeline.ts';
import { retryDelay, type Schedule } from './timing.ts';

/** How long a gap waits for what is in flight; a random part more keeps clients from asking all at once. */
const GAP_WAIT_MS = 300;
const GAP_JITTER_MS = 200;

/** Whoever missed more than this takes the latest page, and the rest on demand. */
const MAX_CATCH_UP = 1_000;

export interface RoomOptions {
	ask: Ask;
	line: Line;
	outbox: Outbox;
	schedule: Schedule;
	random: () => number;
	isReady: () => boolean;
	/** Called with how far one has read, whenever that changes. */
	onRead: (readSeq: number) => void;
	/** Called with the server's spelling of the room when it differs. */
	onSpelling: (room: string) => void;
}

/** A room that is being shown: its timeline kept up with the log, one's own entries, and its people. */
export class Room {
	readonly changes = new Signal();
	readonly timeline = new Timeline();
	/** Whether the reader is at the newest message; decides which end of a full window is trimmed. */
	isReaderAtEnd = true;
	readonly #options: RoomOptions;
	readonly #people: People;
	#id: string;
	#title: string;
	#status: 'joining' | 'joined' | 'left' | 'refused' = 'joining';
	#refusal: ReplyError | undefined;
	#readSeq = 0;
	/** How far the server was told that one has read. */
	#markedSeq = 0;
	/** Set while the server need not be told again. */
	#cancelMarkPause: (() => void) | undefined;
	#isTypingTold = false;
	/** Set while nobody need be told again that one types. */
	#cancelTypingPause: (() => void) | undefined;
	/** The attempt to join that is under way. */
	#joining: symbol | undefined;
	#isFilling = false;
	#failures = 0;
	#cancelRetry: (() => void) | undefined;
	#cancelGap: (() => void) | undefined;

	constructor(id: string, options: RoomOptions) {
		this.#id = id;
		this.#title = id;
		this.#options = options;
		this.#people = new People(options.schedule);
		this.#people.changes.on(() => this.changes.fire());
	}

	/** The room's identifier, in the server's spelling once it is joined. */
	get id(): string {
		return this.#id;
	}

	get title(): string {
		return this.#title;
	}

	/** `joined` while the timeline follows the log on the connection of the moment. */
	get status() {
		return this.#status;
	}

	/** Why the server does not let one in. */
	get refusal(): ReplyError | undefined {
		return this.#refusal;
	}

	/** One's own messages that the timeline does not hold yet, in the order in which they were typed. */
	get entries(): readonly OutboxEntry[] {
		return this.#options.outbox.entries.filter(({ room }) => room === this.#id);
	}

	get members(): readonly User[] {
		return this.#people.members;
	}

	get memberCount(): number {
		return this.#people.memberCount;
	}

	get typing(): readonly User[] {
		return this.#people.typing;
	}

	/** How far one has read. */
	get readSeq(): number {
		return this.#readSeq;
	}

	/**
	 * Says something; it is shown at once.
	 * @returns when it is in the outbox
	 * @throws {TypeError} when the text is blank or too long
	 */
	async say(text: string): Promise<void> {
		const parsed = v.safeParse(RoomText, text);
		if (!parsed.success) throw new TypeError(parsed.issues[0].message);
		this.setTyping(false);
		await this.#options.outbox.add(this.#id, parsed.output);
	}

	/** Tells the others; to be called on every keystroke. */
	setTyping(isTyping: boolean): void {
		if (this.#status !== 'joined') return;
		if (isTyping ? this.#cancelTypingPause !== undefined : !this.#isTypingTold) return;
		this.#options.line.setTyping({ room: this.#id, isTyping });
		this.#isTypingTold = isTyping;
		if (!isTyping) return;
		this.#cancelTypingPause = this.#options.schedule(TYPING_INTERVAL_MS, () => {
			this.#cancelTypingPause = undefined;
		});
	}

	/** Marks everything up to a message as read; never goes back. */
	markRead(seq: number): void {
		const readSeq = Math.min(seq, this.timeline.head);
		if (readSeq <= this.#readSeq) return;
		this.#setRead(readSeq);
		this.#sendReadMark();
		this.changes.fire();
	}

	/** Extends the window towards the beginning. @throws {Refused} or when there is no connection */
	async loadOlder(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasOlder) return;
		const page = await this.#read({ before: timeline.from, limit: PAGE_SIZE });
		timeline.prepend(page);
		this.changes.fire();
	}

	/** Extends the window towards the head. @throws {Refused} or when there is no connection */
	async loadNewer(): Promise<void> {
		const { timeline } = this;
		if (!timeline.hasNewer) return;
		const page = await this.#read({ after: timeline.to, limit: PAGE_SIZE });
		this.#append(page, 'newest');
	}

	/** Replaces the window by the newest messages. @throws {Refused} or when there is no connection */
	async showLatest(): Promise<void> {
		await this.#show({ before: Number.MAX_SAFE_INTEGER });
	}

	/** Replaces the window by the messages around a place. @throws {Refused} or when there is no connection */
	async showAround(seq: number): Promise<void> {
		await this.#show({ around: seq });
	}

	/** Joins on a new connection, or again when the log may be another one. */
	async join(): Promise<void> {
		if (this.#joining || this.#status === 'left' || !this.#options.isReady()) return;
		const attempt = Symbol();
		this.#joining = attempt;
		this.#status = 'joining';
		this.#cancelRetry?.();
		this.timeline.dropHeld();
		try {
			await this.#enter(dataOf(await this.#options.ask('room:join', this.#place())));
		} catch (error) {
			this.#fail(error);
		} finally {
			if (this.#joining === attempt) this.#joining = undefined;
			this.changes.fire();
		}
		this.#options.outbox.flush(this.#id);
	}

	/** The connection is gone; what comes on the next one begins with `join`. */
	lose(): void {
		this.#joining = undefined;
		if (this.#status === 'joined') this.#status = 'joining';
		this.#cancelRetry?.();
		this.#cancelGap?.();
		this.#cancelGap = undefined;
		this.timeline.dropHeld();
		this.#people.close();
		this.#isTypingTold = false;
		this.#cancelTypingPause?.();
		this.#cancelTypingPause = undefined;
		this.changes.fire();
	}

	/** News of the room. */
	hear(messages: readonly Message[]): void {
		for (const { author } of messages) this.#people.stopTyping(author.id);
		if (this.#status === 'joined') this.#append(messages, this.#keep());
		// Before the first page nobody knows whether this is the log of the window.
		else this.timeline.hold(messages);
	}

	/** The server's word on the head. */
	hearHead(head: number): void {
		if (this.#status !== 'joined') return;
		if (head < this.timeline.to) {
			void this.join();
			return;
		}
		this.timeline.raiseHead(head);
		this.#minTheGap();
		this.changes.fire();
	}

	hearPresence(change: PresenceChange): void {
		this.#people.change(change);
	}

	hearTyping(user: User, isTyping: boolean): void {
		if (isTyping) this.#people.startTyping(user);
		else this.#people.stopTyping(user.id);
	}

	hearRename(user: User): void {
		this.#people.rename(user);
	}

	hearRead(readSeq: number): void {
		this.#setRead(Math.max(this.#readSeq, readSeq));
		this.changes.fire();
	}

	/** One is no longer a member. */
	hearLeft(): void {
		this.lose();
		this.#status = 'left';
		this.changes.fire();
	}

	/** Stops everything that is under way. */
	close(): void {
		this.#cancelMarkPause?.();
		this.#cancelMarkPause = undefined;
		this.#sendReadMark();
		this.lose();
	}

	#place() {
		const { epoch, to, messages } = this.timeline;
		const afterId = messages.at(-1)?.id;
		if (epoch === undefined) return { room: this.#id };
		return { room: this.#id, after: to, epoch, ...(afterId !== undefined && { afterId }) };
	}

	async #enter(joined: JoinedRoom): Promise<void> {
		const { timeline } = this;
		if (joined.room !== this.#id) {
			this.#id = joined.room;
			this.#options.onSpelling(joined.room);
		}
		this.#title = joined.title;
		this.#refusal = undefined;
		this.#people.start(joined.members, joined.memberCount);
		if (joined.reset || timeline.epoch === undefined) {
			this.#setRead(joined.readSeq);
			this.#options.outbox.doubt(this.#id);
			this.#start(joined);
		} else {
			timeline.raiseHead(joined.head);
			if (timeline.hasGap) await this.#catchUp(joined);
		}
		this.#status = 'joined';
		this.#failures = 0;
		this.#setRead(Math.max(this.#readSeq, joined.readSeq));
		this.#markedSeq = joined.readSeq;
		this.#sendReadMark();
		this.#append([], this.#keep());
		if (timeline.hasGap) void this.#fill();
	}

	/** Takes the page that joining answered with, or begins anew at the end when too much was missed. */
	async #catchUp({ head, messages }: JoinedRoom): Promise<void> {
		const { timeline } = this;
		if (head - timeline.to <= MAX_CATCH_UP) this.#append(messages, this.#keep());
		else if (this.isReaderAtEnd) await this.showLatest();
		// Who reads history is not moved.
		else timeline.stopFollowing();
	}

	async #show(range: { before: number } | { around: number }): Promise<void> {
		const request: ReadHistory = { room: this.#id, ...range, limit: PAGE_SIZE };
		this.#start(dataOf(await this.#options.ask('history:read', request)));
	}

	#start({ epoch, head, messages }: Page): void {
		this.timeline.start(epoch, head, messages);
		this.#options.outbox.settle(messages);
		this.#append([], this.#keep());
	}

	async #read(range: Omit<ReadHistory, 'room'>): Promise<readonly Message[]> {
		const page = dataOf(await this.#options.ask('history:read', { room: this.#id, ...range }));
		this.timeline.raiseHead(page.head);
		return page.messages;
	}

	#keep(): Keep {
		return this.isReaderAtEnd ? 'newest' : 'oldest';
	}

	#append(messages: readonly Message[], keep: Keep): void {
		this.#options.outbox.settle(this.timeline.append(messages, keep));
		this.#options.outbox.settleReached(this.#id);
		this.#minTheGap();
		this.changes.fire();
	}

	/** What is missing may be in flight; after a moment it is read. */
	#minTheGap(): void {
		if (!this.timeline.hasGap) {
			this.#cancelGap?.();
			this.#cancelGap = undefined;
		} else if (!this.#isFilling && this.#status === 'joined') {
			const wait = GAP_WAIT_MS + GAP_JITTER_MS * this.#options.random();
			this.#cancelGap ??= this.#options.schedule(wait, () => {
				this.#cancelGap = undefined;
				void this.#fill();
			});
		}
	}

	/** Reads page after page until the window has come to the head. */
	async #fill(): Promise<void> {
		if (this.#isFilling) return;
		this.#isFilling = true;
		try {
			while (this.#status === 'joined' && this.timeline.hasGap) {
				const { to } = this.timeline;
				const page = await this.#read({ after: to, limit: MAX_PACKET_MESSAGES });
				this.#append(page, this.#keep());
				// The log ends before the head that was announced: it is another one.
				if (page.length === 0 && this.timeline.to === to) void this.join();
			}
		} catch (error) {
			this.#fail(error);
		} finally {
			this.#isFilling = false;
			this.#minTheGap();
		}
	}

	/** Tries again what failed for a reason that passes; a lost connection brings its own `join`. */
	#fail(error: unknown): void {
		if (error instanceof LineLost) return;
		if (error instanceof Refused && !isWorthRetry(error.reply)) {
			this.#status = 'refused';
			this.#refusal = error.reply;
			this.changes.fire();
			return;
		}
		const { schedule, random } = this.#options;
		this.#failures += 1;
		const known = error instanceof Refused ? error.reply.retryAfterMs : undefined;
		this.#cancelRetry?.();
		this.#status = 'joining';
		this.#cancelRetry = schedule(
			known ?? retryDelay(this.#failures, random),
			() => void this.join()
		);
	}

	#setRead(readSeq: number): void {
		this.#readSeq = readSeq;
		this.#options.onRead(readSeq);
	}

	/** At once, and then at most once per interval. */
	#sendReadMark(): void {
		const seq = this.#readSeq;
		if (this.#status !== 'joined' || this.#cancelMarkPause || seq <= this.#markedSeq) return;
		this.#markedSeq = seq;
		// One that is lost is made up for by the next, or by joining again.
		this.#options.ask('read:mark', { room: this.#id, seq }).catch(() => undefined);
		this.#cancelMarkPause = this.#options.schedule(READ_MARK_INTERVAL_MS, () => {
			this.#cancelMarkPause = undefined;
			this.#sendReadMark();
		});
	}
}
