import {
	excerptOf,
	isNamedIn,
	MAX_MENTIONS,
	peopleOf,
	quoteOf,
	type ChatServerToClient,
	type Entry,
	type Head,
	type JoinedRoom,
	type Mention,
	type Message,
	type MessageEntry,
	type Quote,
	type ReadCursor,
	type Rejection,
	type RoomText,
	type Target,
	type User,
	type Version
} from '@digda/protocol';
import type { ChatSocket } from './ChatSocket.ts';
import { isSameTarget, type Content } from './entry-content.ts';
import { History } from './History.ts';
import type { Outbox } from './Outbox.ts';
import { isMessage, targetOf, type OutboxEntry } from './OutboxEntry.ts';
import { People } from './People.ts';
import { ReadTracker } from './ReadTracker.ts';
import { ConnectionLost, dataOf, isTemporary, RejectionError, type Ask } from './requests.ts';
import { Retry } from './Retry.ts';
import { RoomSender } from './RoomSender.ts';
import { Signal } from './Signal.ts';
import type { Exclusive, Schedule } from './timing.ts';
import { TypingNotice } from './TypingNotice.ts';
import { lastBy } from './Unread.ts';
import { withWaiting } from './waiting-changes.ts';

export interface RoomOptions {
	ask: Ask;
	setTyping: ChatSocket['setTyping'];
	outbox: Outbox;
	exclusive: Exclusive;
	schedule: Schedule;
	random: () => number;
	user: () => User | undefined;
	/** Tells whether requests can be sent now. */
	isReady: () => boolean;
	/** Tells whether the room is open, perhaps as another `Room` that was created after this one was closed. */
	isShown: () => boolean;
	/** Called with the head and the read cursor after a join. With `isAnew` the log may be another one than before. */
	onJoin: (state: Head & ReadCursor, isAnew: boolean) => void;
	/** Called when the read cursor has changed. */
	onRead: (cursor: ReadCursor) => void;
	/** Called when the server spells the identifier of the room differently. */
	onSpelling: (room: string) => void;
}

/** The optional parts of a message. */
export interface Saying {
	/** The message that it replies to, sent or waiting. */
	replyTo?: Message | OutboxEntry | Target | undefined;
	/** The people whom the text names, in the order of the text. Those without a name in the text are left out. */
	mentions?: readonly Mention[] | undefined;
}

/** The reason why a membership ended. */
type LeaveReason = Parameters<ChatServerToClient['room:left']>[0]['reason'];

/**
 * A room of the chat. A closed room only sends the waiting entries of its user. An open room also follows the log and the
 * online members.
 */
export class Room {
	readonly changes = new Signal();
	/** Fires when messages of other people were delivered. */
	readonly arrived = new Signal<readonly MessageEntry[]>();
	readonly history: History;
	readonly people: People;
	readonly #options: RoomOptions;
	readonly #sender: RoomSender;
	readonly #cursor: ReadTracker;
	readonly #typing: TypingNotice;
	readonly #retry: Retry;
	/** Aborted with the connection, and when the user leaves or closes the room. The room then drops earlier replies. */
	#visit = new AbortController();
	#id: string;
	#title: string;
	#status: 'closed' | 'joining' | 'joined' | 'left' | 'rejected' = 'closed';
	#rejection: Rejection | undefined;
	#leftFor: LeaveReason | undefined;
	#topic = '';
	/** The `seq` up to which the topic is known. */
	#topicSeq = 0;
	#isPrivate = false;
	#isOwner = false;
	#other: User | undefined;
	/** Tells whether the room is known to exist. A direct room begins with its first join. */
	#exists = false;
	#isJoining = false;
	#firstUnread: number | undefined;
	#missed = 0;
	/** The last result of `messages`, and the two arrays that it was made of. */
	#shown: { messages: readonly Message[]; waiting: readonly OutboxEntry[]; result: readonly Message[] } = {
		messages: [],
		waiting: [],
		result: []
	};

	constructor(id: string, options: RoomOptions) {
		const { setTyping, schedule, random, exclusive, outbox, onRead } = options;
		this.#id = id;
		this.#title = id;
		this.#options = options;
		this.#retry = new Retry(schedule, random, () => void this.join());
		this.people = new People(schedule);
		this.people.changes.on(() => this.changes.fire());
		this.#typing = new TypingNotice(schedule, (isTyping) => setTyping({ room: this.#id, isTyping }));
		this.#cursor = new ReadTracker(
			schedule,
			(seq) => void this.#sendCursor(seq),
			(seq) => onRead(this.timeline.cursorAt(seq))
		);
		this.#sender = new RoomSender({
			outbox,
			ask: this.#askInRoom,
			exclusive,
			schedule,
			random,
			room: () => this.#id,
			userId: () => this.#userId ?? '',
			// The membership may begin with the join, so entries wait for its reply.
			canSend: () => options.isReady() && this.#status !== 'joining',
			onStored: () => this.#settle()
		});
		this.history = new History({
			schedule,
			random,
			read: async (range) => dataOf(await this.#ask('history:read', { room: this.#id, ...range })),
			onChange: (added) => {
				this.#settle(added);
				// The server may lose the cursor of an author in a crash, so the client sends it again.
				const own = lastBy(this.#userId, added);
				if (own > this.readSeq) this.#cursor.mark(own);
				this.changes.fire();
			},
			reader: () => this.#userId,
			onLost: () => void this.join(),
			// A user who may not read the history is no longer a member.
			onFailure: (error, retry) => this.#fail(error, retry, () => this.receiveLeft())
		});
	}

	/** The room's identifier, in the server's spelling after the first join. */
	get id(): string {
		return this.#id;
	}

	get title(): string {
		return this.#title;
	}

	/** The topic of the room; empty without one. One that the user has set shows at once. */
	get topic(): string {
		const waiting = this.entries.findLast(({ content, state }) => content.kind === 'topic' && state !== 'failed');
		return waiting?.content.kind === 'topic' ? waiting.content.text : this.#topic;
	}

	/** Tells whether the room is private: members join by invitation. */
	get isPrivate(): boolean {
		return this.#isPrivate;
	}

	/** Tells whether the user owns the room. */
	get isOwner(): boolean {
		return this.#isOwner;
	}

	/** The other person of a direct room, whose name is the title. */
	get other(): User | undefined {
		return this.#other;
	}

	/** The reason why the membership ended, if the server sent it. */
	get leftFor(): LeaveReason | undefined {
		return this.#leftFor;
	}

	/** `joined` while the timeline follows the log on the current connection. */
	get status() {
		return this.#status;
	}

	/** Tells whether the room is open. */
	get isOpen(): boolean {
		return this.#status !== 'closed';
	}

	/** Tells whether the user is not a member, so that the server accepts no entry. */
	get isOut(): boolean {
		return this.#status === 'left' || this.#status === 'rejected';
	}

	/** The rejection of the last join. */
	get rejection(): Rejection | undefined {
		return this.#rejection;
	}

	/** The window of the log that the client holds. */
	get timeline() {
		return this.history.timeline;
	}

	/**
	 * The messages of the timeline, with the user's waiting changes applied and without hidden ones. Each change creates
	 * another array.
	 */
	get messages(): readonly Message[] {
		const { messages } = this.timeline;
		const waiting = this.entries;
		if (this.#shown.messages !== messages || this.#shown.waiting !== waiting) {
			const visible = messages.some(({ isHidden }) => isHidden)
				? messages.filter(({ isHidden }) => !isHidden)
				: messages;
			this.#shown = { messages, waiting, result: withWaiting(visible, waiting, this.#options.user()) };
		}
		return this.#shown.result;
	}

	/** The user's entries that the timeline does not contain yet, in the order of their creation. */
	get entries(): readonly OutboxEntry[] {
		return this.#options.outbox.of(this.#id);
	}

	/** The `seq` up to which the user has read. */
	get readSeq(): number {
		return this.#cursor.seq;
	}

	/** The `seq` of the first message that was unread when the room was opened. */
	get firstUnread(): number | undefined {
		return this.#firstUnread;
	}

	/** The number of messages that were missed without a connection; 0 until the room is joined again. */
	get missed(): number {
		return this.#missed;
	}

	/**
	 * Sends a message, which is shown at once.
	 * @param text a text that `RoomText` has parsed
	 * @returns a promise that settles when the message is in the outbox
	 */
	async say(text: RoomText, { replyTo, mentions }: Saying = {}): Promise<void> {
		this.setTyping(false);
		const named = { text, ...listed(text, mentions) };
		await this.#add({ kind: 'message', ...named, ...(replyTo && { replyTo: targetOf(replyTo) }) });
	}

	/** Quotes the message to which a waiting message replies; undefined when neither the window nor the outbox has it. */
	quoteFor({ content }: OutboxEntry): Quote | undefined {
		const source = content.kind === 'message' ? content.replyTo : undefined;
		if (!source) return undefined;
		const isSource = (each: Message | OutboxEntry) => isSameTarget(targetOf(each), source);
		const message = this.messages.find(isSource);
		if (message) return quoteOf(message);
		const waiting = this.entries.filter(isMessage).find(isSource);
		const user = this.#options.user();
		return waiting && user && { seq: 0, id: waiting.id, author: user, text: excerptOf(waiting.content.text) };
	}

	/** Edits a message of the user, sent or waiting. @returns a promise that settles when the change is in the outbox */
	async edit(message: Message | OutboxEntry | Target, text: RoomText, mentions?: readonly Mention[]): Promise<void> {
		await this.#add({ kind: 'edit', target: targetOf(message), text, ...listed(text, mentions) });
	}

	/** Deletes a message, sent or waiting. @returns a promise that settles when the change is in the outbox */
	async delete(message: Message | OutboxEntry): Promise<void> {
		await this.#add({ kind: 'delete', target: targetOf(message) });
	}

	/** Sets or removes a reaction to a message. @returns a promise that settles when the change is in the outbox */
	async react(message: Message | OutboxEntry, emoji: string, isSet: boolean): Promise<void> {
		await this.#add({ kind: 'reaction', target: targetOf(message), emoji, isSet });
	}

	/** Reads the earlier versions of a message of the user, oldest first. @throws {RejectionError} @throws {ConnectionLost} */
	async versionsOf(message: Message): Promise<Version[]> {
		return dataOf(await this.#ask('message:versions', { room: this.#id, target: targetOf(message) })).versions;
	}

	/** Reads the people who have set a reaction. @throws {RejectionError} @throws {ConnectionLost} */
	async reactorsOf(message: Message, emoji: string): Promise<User[]> {
		return dataOf(await this.#ask('message:reactors', { room: this.#id, target: targetOf(message), emoji })).people;
	}

	/** Sets the topic of the room. @param text a text that `TopicText` has parsed */
	async setTopic(text: string): Promise<void> {
		await this.#add({ kind: 'topic', text });
	}

	/** Sends a request about the room. @throws {ConnectionLost} also when the user leaves the room before the reply */
	readonly request: Ask = (name, payload) => this.#ask(name, payload);

	/**
	 * Finds the `seq` of the first message at or after a time, in milliseconds, or of the newest message when all are older.
	 * @throws {RejectionError} @throws {ConnectionLost}
	 */
	async findAt(at: number): Promise<number> {
		return dataOf(await this.#ask('history:find', { room: this.#id, at })).seq;
	}

	/** Sends a typing notice to the other members. The page calls it on every keystroke. */
	setTyping(isTyping: boolean): void {
		if (this.#status === 'joined') this.#typing.set(isTyping);
	}

	/** Marks everything up to an entry as read, at most up to the end of the window. The cursor never goes back. */
	markRead(seq: number): void {
		const readSeq = Math.min(seq, this.timeline.to);
		if (readSeq <= this.readSeq) return;
		this.#cursor.mark(readSeq);
		this.changes.fire();
	}

	/** Joins the room on a new connection, or again when the log may be another one than the window's. */
	async join(): Promise<void> {
		if (this.#isJoining || this.#status === 'left') return;
		const { signal } = this.#visit;
		this.#isJoining = true;
		this.#status = 'joining';
		this.#retry.clear();
		this.history.suspend();
		try {
			const held = { room: this.#id, ...this.timeline.held };
			await this.#enter(dataOf(await this.#ask('room:join', held)));
		} catch (error) {
			this.#fail(error, this.#retry, (reply) => {
				this.#rejection = reply;
				this.#endVisit(this.#leftFor === undefined ? 'rejected' : 'left');
			});
		} finally {
			if (!signal.aborted) this.#isJoining = false;
			this.changes.fire();
		}
		this.flush();
	}

	/** Sends the waiting entries, if that is possible now. */
	flush(): void {
		this.#sender.flush();
	}

	/** Shows kept messages of an earlier visit until the room is joined. */
	preview(messages: readonly Message[]): void {
		if (this.isOut) return;
		this.timeline.preview(messages);
		this.changes.fire();
	}

	/** Stops all requests and timers at the end of a connection. The next connection starts with `join`. */
	suspend(): void {
		this.#visit.abort();
		this.#visit = new AbortController();
		this.#isJoining = false;
		this.#missed = 0;
		this.#topicSeq = 0;
		if (this.#status === 'joined') this.#status = 'joining';
		this.#retry.clear();
		this.#sender.close();
		this.history.suspend();
		this.people.close();
		this.#typing.close();
		this.changes.fire();
	}

	/** Applies delivered entries. */
	deliver(entries: readonly Entry[]): void {
		this.#rejoin();
		const said = entries.filter((entry) => entry.kind === 'message' && !entry.isHidden) as MessageEntry[];
		for (const { author } of said) this.people.stopTyping(author.id);
		for (const entry of entries) if (entry.kind === 'topic') this.#receiveTopic(entry.text, entry.seq);
		this.#cursor.confirm(lastBy(this.#userId, said));
		this.history.deliver(entries);
		// A message is settled once it is in the window. A change is settled once it is applied to the messages of the window.
		this.#settle(entries.filter(({ kind, seq }) => kind !== 'message' && seq <= this.timeline.delivered));
		const others = said.filter(({ author }) => author.id !== this.#userId);
		if (others.length > 0) this.arrived.fire(others);
	}

	/** Applies a head that the server has announced. */
	receiveHead(head: Head): void {
		this.#rejoin();
		this.history.raiseHead(head);
	}

	/** Applies the read cursor of another connection of the user. */
	receiveCursor(readSeq: number): void {
		this.#cursor.raise(readSeq);
		this.changes.fire();
	}

	/** Applies a new title. */
	receiveTitle(title: string): void {
		this.#title = title;
		this.changes.fire();
	}

	/** Applies the new name of a person. */
	receiveName(user: User): void {
		this.people.rename(user);
		if (user.id !== this.#other?.id) return;
		this.#other = user;
		this.receiveTitle(user.name);
	}

	/** Applies the end of the membership. */
	receiveLeft(reason?: LeaveReason): void {
		this.suspend();
		this.#leftFor ??= reason;
		this.#endVisit('left');
	}

	/** Stops following the log. From then on the room only sends waiting entries. */
	close(): void {
		this.#cursor.close();
		this.suspend();
		this.#endVisit('closed');
		this.#settle();
		this.flush();
	}

	get #userId(): string | undefined {
		return this.#options.user()?.id;
	}

	/** Applies a topic of the log up to a `seq`. */
	#receiveTopic(topic: string, seq: number): void {
		if (seq < this.#topicSeq) return;
		this.#topic = topic;
		this.#topicSeq = seq;
	}

	async #add(content: Content): Promise<void> {
		await this.#options.outbox.add(this.#id, content);
	}

	/** Removes entries from the outbox that are in the log and in the timeline. */
	#settle(arrived: readonly (Message | Entry)[] = []): void {
		const { to, delivered } = this.timeline;
		this.#options.outbox.settle(arrived, ({ room, seq, content }) => {
			if (room !== this.#id || seq === undefined) return false;
			return !this.#options.isShown() || seq <= (content.kind === 'message' ? to : Math.max(to, delivered));
		});
	}

	/** Sends the read cursor. The next join repeats a request without a reply. */
	async #sendCursor(seq: number): Promise<void> {
		try {
			const cursor = dataOf(await this.#options.ask('read:mark', { room: this.#id, seq }));
			if (this.#leftFor === undefined) this.#options.onRead(cursor);
		} catch {
			// The local cursor stays as it is.
		}
	}

	/** Sends an entry. The first one of a direct room may come before anybody has joined it. */
	readonly #askInRoom: Ask = async (name, payload, signal) => {
		const { ask } = this.#options;
		if (!this.#exists && peopleOf(this.#id)) {
			const joined = await ask('room:join', { room: this.#id }, signal);
			if (!joined.ok) return joined;
			this.#exists = true;
		}
		return await ask(name, payload, signal);
	};

	readonly #ask: Ask = async (name, payload) => {
		const { signal } = this.#visit;
		const [reply] = await Promise.allSettled([this.#options.ask(name, payload, signal)]);
		if (signal.aborted) throw new ConnectionLost('the visit has ended');
		if (reply.status === 'rejected') throw reply.reason;
		return reply.value;
	};

	async #enter(joined: JoinedRoom): Promise<void> {
		const { outbox, onJoin, onSpelling } = this.#options;
		if (joined.room !== this.#id) {
			void outbox.respell(this.#id, joined.room);
			this.#id = joined.room;
			onSpelling(joined.room);
		}
		this.#title = joined.title;
		this.#receiveTopic(joined.topic, joined.head);
		this.#isPrivate = joined.isPrivate;
		this.#isOwner = joined.isOwner;
		this.#other = joined.other;
		this.#exists = true;
		this.#rejection = undefined;
		this.#leftFor = undefined;
		this.people.start(joined.members, joined.memberCount);
		outbox.recheck(this.#id);
		const { timeline } = this;
		const userId = this.#userId;
		const readSeq = Math.max(joined.readSeq, lastBy(userId, joined.messages));
		const before = timeline.epoch === undefined || joined.reset ? undefined : timeline.said;
		if (timeline.epoch === undefined && hasUnread(joined, readSeq)) this.#firstUnread = readSeq + 1;
		const isAnew = await this.history.enter({ ...joined, readSeq });
		this.#missed = before === undefined ? 0 : Math.max(joined.said - before, 0);
		this.#status = 'joined';
		// Entries may have been delivered before the reply.
		const { head, said } = timeline;
		onJoin({ head, said, readSeq: joined.readSeq, readSaid: joined.readSaid }, isAnew);
		this.#retry.succeed();
		this.#cursor.enter(joined.readSeq, isAnew);
		const own = Math.max(readSeq, lastBy(userId, timeline.messages));
		if (own > this.readSeq) this.#cursor.mark(own);
	}

	/** Clears the online members and the kept messages, because they are only visible to a member. */
	#endVisit(status: 'left' | 'rejected' | 'closed'): void {
		this.#status = status;
		this.people.start([], 0);
		if (this.timeline.isPreview) this.timeline.preview([]);
		this.changes.fire();
	}

	/** Joins again after a delivery: the server delivers only to members, so another tab may have joined the room. */
	#rejoin(): void {
		if (!this.isOut) return;
		this.#status = 'joining';
		void this.join();
	}

	/** Retries after a temporary failure. A new connection joins the room anyway. */
	#fail(error: unknown, retry: Retry, giveUp: (reply: Rejection) => void): void {
		if (error instanceof ConnectionLost) return;
		const reply = error instanceof RejectionError ? error.reply : undefined;
		if (reply && !isTemporary(reply)) giveUp(reply);
		else retry.fail(reply?.retryAfterMs);
	}
}

/** Returns the mentions that a text names, as a field of an entry. */
function listed(text: string, mentions: readonly Mention[] = []): { mentions?: Mention[] } {
	const named = mentions.filter((mention) => isNamedIn(text, mention)).slice(0, MAX_MENTIONS);
	return named.length > 0 ? { mentions: named } : {};
}

/** Tells whether messages after a `seq` are unread, according to the reply to a first join. */
function hasUnread({ readSeq, said, readSaid, messages }: JoinedRoom, from: number): boolean {
	if (from === readSeq) return readSaid < said;
	return messages.some(({ seq, isDeleted, isHidden }) => seq > from && !isDeleted && !isHidden);
}
