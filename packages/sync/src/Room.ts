import { RoomText, type Invitation, type JoinedRoom, type Member, type Message, type Rejection } from '@digda/protocol';
import * as v from 'valibot';
import { History } from './History.ts';
import type { Line } from './line.ts';
import type { Outbox } from './Outbox.ts';
import type { OutboxEntry } from './OutboxEntry.ts';
import { People } from './People.ts';
import { ReadMark } from './ReadMark.ts';
import { dataOf, isWorthRetry, LineLost, Refused, type Ask } from './requests.ts';
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
	/** Called with the head of the log when one has joined. */
	onHead: (head: number) => void;
	/** Called with how far one has read. */
	onRead: (readSeq: number) => void;
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
	#status: 'joining' | 'joined' | 'left' | 'refused' = 'joining';
	#refusal: Rejection | undefined;
	#leftFor: 'left' | 'removed' | 'closed' | undefined;
	#isPrivate = false;
	#isOwner = false;
	#isJoining = false;
	#firstUnread: number | undefined;
	#missed = 0;

	constructor(id: string, options: RoomOptions) {
		const { ask, setTyping, schedule, random, outbox, userId, onRead } = options;
		this.#id = id;
		this.#title = id;
		this.#options = options;
		this.#retry = new Retry(schedule, random, () => void this.join());
		this.people = new People(schedule);
		this.people.changes.on(() => this.changes.fire());
		this.#typing = new TypingNotice(schedule, (isTyping) => setTyping({ room: this.#id, isTyping }));
		this.#reading = new ReadMark(
			schedule,
			(seq) => void ask('read:mark', { room: this.#id, seq }).catch(() => undefined),
			onRead
		);
		this.history = new History({
			...{ schedule, random },
			read: async (range) => dataOf(await this.#ask('history:read', { room: this.#id, ...range })),
			onChange: (added) => {
				outbox.settle(this.#id, added);
				const own = lastBy(userId(), added);
				if (own > this.readSeq) this.#reading.hear(own);
				this.changes.fire();
			},
			onOtherLog: () => void this.join(),
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
		return this.#status === 'left' || this.#status === 'refused';
	}

	/** Why the server does not let one in. */
	get refusal(): Rejection | undefined {
		return this.#refusal;
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

	/** Takes a message back. @throws {Refused} or when there is no connection */
	async takeBack(seq: number): Promise<void> {
		dataOf(await this.#ask('message:delete', { room: this.#id, seq }));
	}

	/** Gives it another title. @throws {Refused} or when there is no connection */
	async retitle(title: string): Promise<void> {
		this.hearTitle(dataOf(await this.#ask('room:rename', { room: this.#id, title })).title);
	}

	/** Its members, and to its owner the invitations. @throws {Refused} or when there is no connection */
	async listMembers(): Promise<{ members: Member[]; invitations: Invitation[] }> {
		return dataOf(await this.#ask('room:members', { room: this.#id }));
	}

	/** Ends somebody's membership. @throws {Refused} or when there is no connection */
	async remove(userId: string): Promise<void> {
		dataOf(await this.#ask('room:remove', { room: this.#id, userId }));
	}

	/** Makes an invitation. @returns its secret, which nobody tells again. @throws {Refused} or when there is no connection */
	async invite(): Promise<{ invitation: string; secret: string }> {
		return dataOf(await this.#ask('room:invite', { room: this.#id }));
	}

	/** Ends an invitation, without an id all of them. @throws {Refused} or when there is no connection */
	async revoke(invitation?: string): Promise<void> {
		const which = invitation === undefined ? {} : { invitation };
		dataOf(await this.#ask('room:revoke', { room: this.#id, ...which }));
	}

	/** Closes it for everybody, for ever. @throws {Refused} or when there is no connection */
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
			const place = { room: this.#id, ...this.history.place };
			await this.#enter(dataOf(await this.#ask('room:join', place)));
		} catch (error) {
			this.#fail(error, this.#retry, (reply) => {
				this.#refusal = reply;
				this.#endVisit(this.#leftFor === undefined ? 'refused' : 'left');
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

	/** News of the room. */
	hear(messages: readonly Message[]): void {
		this.#comeBack();
		for (const { author } of messages) this.people.stopTyping(author.id);
		this.history.hear(messages);
	}

	/** The server's word on the head. */
	hearHead(head: number): void {
		this.#comeBack();
		this.history.hearHead(head);
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

	readonly #ask: Ask = (name, payload) => this.#visit.wait(this.#options.ask(name, payload, this.#visit.begin()));

	async #enter(joined: JoinedRoom): Promise<void> {
		const { outbox, onHead, onSpelling } = this.#options;
		if (joined.room !== this.#id) {
			void outbox.respell(this.#id, joined.room);
			this.#id = joined.room;
			onSpelling(joined.room);
		}
		this.#title = joined.title;
		this.#isPrivate = joined.isPrivate;
		this.#isOwner = joined.isOwner;
		this.#refusal = undefined;
		this.#leftFor = undefined;
		this.people.start(joined.members, joined.memberCount);
		outbox.doubt(this.#id);
		const { head } = joined;
		const readSeq = Math.max(joined.readSeq, lastBy(this.#options.userId(), joined.messages));
		const before = this.timeline.epoch === undefined || joined.reset ? undefined : this.timeline.head;
		if (this.timeline.epoch === undefined && readSeq < head) this.#firstUnread = readSeq + 1;
		const isAnew = await this.history.enter({ ...joined, readSeq });
		this.#missed = before === undefined ? 0 : Math.max(head - before, 0);
		this.#status = 'joined';
		onHead(head);
		this.#retry.succeed();
		this.#reading.enter(readSeq, isAnew);
	}

	/** Who is no member does not know who is there. */
	#endVisit(status: 'left' | 'refused'): void {
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
		const reply = error instanceof Refused ? error.reply : undefined;
		if (reply && !isWorthRetry(reply)) giveUp(reply);
		else retry.fail(reply?.retryAfterMs);
	}
}
