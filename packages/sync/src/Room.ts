import {
	RoomText,
	type Entry,
	type Head,
	type Invitation,
	type JoinedRoom,
	type Member,
	type Message,
	type ReadCursor,
	type Rejection
} from '@digda/protocol';
import { v7 as createId } from 'uuid';
import * as v from 'valibot';
import { History } from './History.ts';
import type { Line } from './line.ts';
import type { Outbox } from './Outbox.ts';
import type { OutboxEntry } from './OutboxEntry.ts';
import { People } from './People.ts';
import { ReadMark } from './ReadMark.ts';
import { dataOf, isWorthRetry, LineLost, RejectionError, type Ask } from './requests.ts';
import { Retry } from './Retry.ts';
import { Signal } from './Signal.ts';
import type { Schedule } from './timing.ts';
import { Turn } from './Turn.ts';
import { TypingNotice } from './TypingNotice.ts';
import { lastBy } from './Unread.ts';

export interface RoomOptions {
	ask: Ask;
	setTyping: Line['setTyping'];
	outbox: Outbox;
	schedule: Schedule;
	random: () => number;
	/** Who one is. */
	userId: () => string | undefined;
	/** Called with the end of the log and the read cursor when one has joined. With `isAnew` it may be another log than before. */
	onEnter: (state: Head & ReadCursor, isAnew: boolean) => void;
	/** Called with how far one has read. */
	onRead: (cursor: ReadCursor) => void;
	/** Called with the server's spelling of the room when it differs. */
	onSpelling: (room: string) => void;
}

/** A room that is being shown: its history, one's own entries, and its people. */
export class Room {
	readonly changes = new Signal();
	readonly history: History;
	readonly people: People;
	readonly #options: RoomOptions;
	readonly #reading: ReadMark;
	readonly #typing: TypingNotice;
	readonly #retry: Retry;
	/** Ends with the connection, and when the room is left or closed. */
	readonly #visit = new Turn();
	#id: string;
	#title: string;
	#status: 'joining' | 'joined' | 'left' | 'rejected' = 'joining';
	#rejection: Rejection | undefined;
	#leftFor: 'left' | 'removed' | 'closed' | undefined;
	#isPrivate = false;
	#isOwner = false;
	#isJoining = false;
	#firstUnread: number | undefined;
	#missed = 0;

	constructor(id: string, options: RoomOptions) {
		const { setTyping, schedule, random, outbox, userId, onRead } = options;
		this.#id = id;
		this.#title = id;
		this.#options = options;
		this.#retry = new Retry(schedule, random, () => void this.join());
		this.people = new People(schedule);
		this.people.changes.on(() => this.changes.fire());
		this.#typing = new TypingNotice(schedule, (isTyping) => setTyping({ room: this.#id, isTyping }));
		this.#reading = new ReadMark(
			schedule,
			(seq) => void this.#mark(seq),
			(seq) => onRead(this.timeline.cursorAt(seq))
		);
		this.history = new History({
			...{ schedule, random },
			read: async (range) => dataOf(await this.#ask('history:read', { room: this.#id, ...range })),
			onChange: (added) => {
				outbox.settle(this.#id, added);
				// The server forgets in a crash that an author has read what they say.
				const own = lastBy(userId(), added);
				if (own > this.readSeq) this.#reading.mark(own);
				this.changes.fire();
			},
			reader: userId,
			onLost: () => void this.join(),
			// Whoever may not read is no member any more.
			onFailure: (error, retry) => this.#fail(error, retry, () => this.hearLeft())
		});
	}

	/** The room's identifier, in the server's spelling once it is joined. */
	get id(): string {
		return this.#id;
	}

	get title(): string {
		return this.#title;
	}

	/** Whether only those who were invited see it. */
	get isPrivate(): boolean {
		return this.#isPrivate;
	}

	/** Whether it is one's own. */
	get isOwner(): boolean {
		return this.#isOwner;
	}

	/** Why one is no member any more, where that was heard. */
	get leftFor() {
		return this.#leftFor;
	}

	/** `joined` while the timeline follows the log on the connection of the moment. */
	get status() {
		return this.#status;
	}

	/** Whether one is no member, so that nothing can be sent. */
	get isOut(): boolean {
		return this.#status === 'left' || this.#status === 'rejected';
	}

	/** Why the server does not let one in. */
	get rejection(): Rejection | undefined {
		return this.#rejection;
	}

	/** The part of the log that is at hand. */
	get timeline() {
		return this.history.timeline;
	}

	/** One's own messages that the timeline does not hold yet, in the order in which they were typed. */
	get entries(): readonly OutboxEntry[] {
		return this.#options.outbox.entries.filter(({ room }) => room === this.#id);
	}

	/** How far one has read. */
	get readSeq(): number {
		return this.#reading.seq;
	}

	/** The first message that was new when the room was opened. */
	get firstUnread(): number | undefined {
		return this.#firstUnread;
	}

	/** How many messages came during the last absence; 0 until one is back. */
	get missed(): number {
		return this.#missed;
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

	/** Changes the text of a message of one's own. @throws {RejectionError} or when there is no connection */
	async edit(message: Message, text: string): Promise<void> {
		dataOf(await this.#ask('message:edit', { ...this.#changeOf(message), text }));
	}

	/** Deletes a message. @throws {RejectionError} or when there is no connection */
	async delete(message: Message): Promise<void> {
		dataOf(await this.#ask('message:delete', this.#changeOf(message)));
	}

	/** Reacts to a message with an emoji, or no longer. @throws {RejectionError} or when there is no connection */
	async react(message: Message, emoji: string, isSet: boolean): Promise<void> {
		dataOf(await this.#ask('message:react', { ...this.#changeOf(message), emoji, isSet }));
	}

	/** Gives it another title. @throws {RejectionError} or when there is no connection */
	async retitle(title: string): Promise<void> {
		this.hearTitle(dataOf(await this.#ask('room:rename', { room: this.#id, title })).title);
	}

	/** Its members, and to its owner the invitations. @throws {RejectionError} or when there is no connection */
	async listMembers(): Promise<{ members: Member[]; invitations: Invitation[] }> {
		return dataOf(await this.#ask('room:members', { room: this.#id }));
	}

	/** Ends somebody's membership. @throws {RejectionError} or when there is no connection */
	async remove(userId: string): Promise<void> {
		dataOf(await this.#ask('room:remove', { room: this.#id, userId }));
	}

	/** Makes an invitation. @returns its secret, which nobody tells again. @throws {RejectionError} or when there is no connection */
	async invite(): Promise<{ invitation: string; secret: string }> {
		return dataOf(await this.#ask('room:invite', { room: this.#id }));
	}

	/** Ends an invitation, without an id all of them. @throws {RejectionError} or when there is no connection */
	async revoke(invitation?: string): Promise<void> {
		const which = invitation === undefined ? {} : { invitation };
		dataOf(await this.#ask('room:revoke', { room: this.#id, ...which }));
	}

	/** Closes it for everybody, for ever. @throws {RejectionError} or when there is no connection */
	async end(): Promise<void> {
		// The word that it is closed may come before the answer, which nobody waits for then.
		dataOf(await this.#options.ask('room:close', { room: this.#id }));
	}

	/** Tells the others; to be called on every keystroke. */
	setTyping(isTyping: boolean): void {
		if (this.#status === 'joined') this.#typing.set(isTyping);
	}

	/** Marks everything up to a message as read, as far as it is at hand; never goes back. */
	markRead(seq: number): void {
		const readSeq = Math.min(seq, this.timeline.to);
		if (readSeq <= this.readSeq) return;
		this.#reading.mark(readSeq);
		this.changes.fire();
	}

	/** Joins on a new connection, or again when the log may be another one. */
	async join(): Promise<void> {
		if (this.#isJoining || this.#status === 'left') return;
		const isHere = this.#visit.begin();
		this.#isJoining = true;
		this.#status = 'joining';
		this.#retry.clear();
		this.history.lose();
		try {
			const held = { room: this.#id, ...this.timeline.held };
			await this.#enter(dataOf(await this.#ask('room:join', held)));
		} catch (error) {
			this.#fail(error, this.#retry, (reply) => {
				this.#rejection = reply;
				this.#endVisit(this.#leftFor === undefined ? 'rejected' : 'left');
			});
		} finally {
			if (isHere()) this.#isJoining = false;
			this.changes.fire();
		}
		this.#options.outbox.flush(this.#id);
	}

	/** Shows what an earlier visit kept, until the room is joined. */
	preview(messages: readonly Message[]): void {
		if (this.isOut) return;
		this.timeline.preview(messages);
		this.changes.fire();
	}

	/** The connection is gone; what comes on the next one begins with `join`. */
	lose(): void {
		this.#visit.renew();
		this.#isJoining = false;
		this.#missed = 0;
		if (this.#status === 'joined') this.#status = 'joining';
		this.#retry.clear();
		this.history.lose();
		this.people.close();
		this.#typing.close();
		this.changes.fire();
	}

	/** Entries were delivered. */
	deliver(entries: readonly Entry[]): void {
		this.#comeBack();
		const said = entries.filter(({ kind }) => kind === 'message');
		for (const { author } of said) this.people.stopTyping(author.id);
		this.#reading.know(lastBy(this.#options.userId(), said));
		this.history.deliver(entries);
	}

	/** The server tells the head. */
	hearHead(head: Head): void {
		this.#comeBack();
		this.history.raiseHead(head);
	}

	/** One has read so far on another connection. */
	hearRead(readSeq: number): void {
		this.#reading.hear(readSeq);
		this.changes.fire();
	}

	/** It is called something else. */
	hearTitle(title: string): void {
		this.#title = title;
		this.changes.fire();
	}

	/** One is no longer a member. */
	hearLeft(reason?: 'left' | 'removed' | 'closed'): void {
		this.lose();
		this.#leftFor ??= reason;
		this.#endVisit('left');
	}

	/** Stops everything that is under way. */
	close(): void {
		this.#reading.close();
		this.hearLeft();
	}

	/** Tells the server how far one has read; a lost answer is made up for by the next join. */
	async #mark(seq: number): Promise<void> {
		try {
			const cursor = dataOf(await this.#options.ask('read:mark', { room: this.#id, seq }));
			if (this.#leftFor === undefined) this.#options.onRead(cursor);
		} catch {
			// The room shows what it knows.
		}
	}

	/** A new change of a message. */
	#changeOf({ author, id }: Message) {
		return { room: this.#id, id: createId(), target: { author: author.id, id } };
	}

	readonly #ask: Ask = (name, payload) => this.#visit.wait(this.#options.ask(name, payload, this.#visit.begin()));

	async #enter(joined: JoinedRoom): Promise<void> {
		const { outbox, onEnter, onSpelling } = this.#options;
		if (joined.room !== this.#id) {
			void outbox.respell(this.#id, joined.room);
			this.#id = joined.room;
			onSpelling(joined.room);
		}
		this.#title = joined.title;
		this.#isPrivate = joined.isPrivate;
		this.#isOwner = joined.isOwner;
		this.#rejection = undefined;
		this.#leftFor = undefined;
		this.people.start(joined.members, joined.memberCount);
		outbox.doubt(this.#id);
		const { timeline } = this;
		const userId = this.#options.userId();
		const readSeq = Math.max(joined.readSeq, lastBy(userId, joined.messages));
		const before = timeline.epoch === undefined || joined.reset ? undefined : timeline.said;
		if (timeline.epoch === undefined && hasNews(joined, readSeq)) this.#firstUnread = readSeq + 1;
		const isAnew = await this.history.enter({ ...joined, readSeq });
		this.#missed = before === undefined ? 0 : Math.max(joined.said - before, 0);
		this.#status = 'joined';
		// Entries may have been delivered before the answer.
		const { head, said } = timeline;
		onEnter({ head, said, readSeq: joined.readSeq, readSaid: joined.readSaid }, isAnew);
		this.#retry.succeed();
		this.#reading.enter(joined.readSeq, isAnew);
		const own = Math.max(readSeq, lastBy(userId, timeline.messages));
		if (own > this.readSeq) this.#reading.mark(own);
	}

	/** Who is no member does not know who is there. */
	#endVisit(status: 'left' | 'rejected'): void {
		this.#status = status;
		this.people.start([], 0);
		if (this.timeline.isPreview) this.timeline.preview([]);
		this.changes.fire();
	}

	/** Members alone hear of a room: whoever does is one again, perhaps by another tab. */
	#comeBack(): void {
		if (!this.isOut) return;
		this.#status = 'joining';
		void this.join();
	}

	/** Tries again what failed for a reason that passes; a lost connection brings its own `join`. */
	#fail(error: unknown, retry: Retry, giveUp: (reply: Rejection) => void): void {
		if (error instanceof LineLost) return;
		const reply = error instanceof RejectionError ? error.reply : undefined;
		if (reply && !isWorthRetry(reply)) giveUp(reply);
		else retry.fail(reply?.retryAfterMs);
	}
}

/** Tells whether messages after a place are new to the reader, as far as the answer to a first join tells. */
function hasNews({ readSeq, said, readSaid, messages }: JoinedRoom, from: number): boolean {
	if (from === readSeq) return readSaid < said;
	return messages.some(({ seq, isDeleted }) => seq > from && !isDeleted);
}
