import { isMentioned, peopleOf, type ChatServerToClient, type MessageEntry } from '@digda/protocol';
import { Outbox } from './Outbox.ts';
import type { OutboxStorage } from './OutboxStorage.ts';
import { dataOf } from './requests.ts';
import { Room, type RoomOptions } from './Room.ts';
import type { Session } from './Session.ts';
import { Signal } from './Signal.ts';
import { withoutLock, type Exclusive, type Schedule } from './timing.ts';
import { Unread } from './Unread.ts';
import { UnreadMentions } from './UnreadMentions.ts';

/** This many reported mentions are remembered. */
const MAX_REPORTED = 1_000;

export interface RoomsOptions {
	session: Session;
	schedule: Schedule;
	/** Without a storage, unsent entries do not survive a reload, and `isDurable` is false. */
	storage?: OutboxStorage | undefined;
	/** The lock with which one tab at a time sends the entries of a room. */
	exclusive?: Exclusive | undefined;
	random?: () => number;
	now?: () => number;
}

/** Entries of one of the user's rooms, ascending and without a gap. */
export type Delivery = Parameters<ChatServerToClient['entry:new']>[0];

/** A message that mentions the user. */
export interface Mention {
	room: string;
	message: MessageEntry;
}

/** The rooms of a session. Open rooms follow their logs, and all rooms send their waiting entries. */
export class Rooms {
	/** Fires when the user, the readiness, the heads or the read cursors have changed. */
	readonly changes = new Signal();
	/** Fires when entries of an open or closed room were delivered. */
	readonly delivered = new Signal<Delivery>();
	/** Fires when a message in an open or closed room mentions the user. */
	readonly mentioned = new Signal<Mention>();
	/** Fires when a membership of the user has ended. */
	readonly left = new Signal<string>();
	readonly outbox: Outbox;
	readonly unread = new Unread(() => this.changes.fire());
	readonly mentions = new UnreadMentions(() => this.changes.fire());
	readonly #session: Session;
	readonly #roomOptions: Omit<RoomOptions, 'isShown' | 'onJoin' | 'onRead' | 'onSpelling'>;
	readonly #rooms = new Map<string, Room>();
	readonly #subscriptions: (() => void)[];
	/** The authors and ids of the messages that were reported as mentions. */
	readonly #reported = new Set<string>();
	#userId: string | undefined;

	constructor({ session, schedule, storage, exclusive = withoutLock, ...options }: RoomsOptions) {
		const { random = Math.random, now = Date.now } = options;
		const { ask, setTyping } = session;
		this.#session = session;
		this.#userId = session.user?.id;
		this.outbox = new Outbox({ storage, now, userId: () => session.user?.id ?? '' });
		this.#roomOptions = {
			ask,
			setTyping,
			schedule,
			exclusive,
			random,
			outbox: this.outbox,
			user: () => session.user,
			isReady: () => session.isReady
		};
		this.#subscriptions = [
			this.outbox.changes.on(() => this.#sendWaiting()),
			session.changes.on(() => this.changes.fire()),
			session.began.on(() => this.#begin()),
			session.ended.on(() => this.#suspend()),
			...this.#subscribe()
		];
	}

	/** Opens a room: it is joined now or with the next connection, and again with each later connection. */
	open(id: string): Room {
		const known = this.#rooms.get(id);
		if (known?.isOpen && known.status !== 'left') return known;
		const room = this.#create(id);
		void room.join();
		return room;
	}

	/** Closes a room. The user stays a member, and the room still sends its waiting entries. */
	close(id: string): void {
		this.#rooms.get(id)?.close();
		this.#dropIdle();
	}

	/** Ends the membership in a room. @throws {RejectionError} @throws {ConnectionLost} */
	async leave(room: string): Promise<void> {
		dataOf(await this.#session.ask('room:leave', { room }));
	}

	/** Closes all rooms and ends all subscriptions. */
	dispose(): void {
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		for (const room of this.#rooms.values()) room.close();
		this.#suspend();
		this.#rooms.clear();
	}

	#subscribe(): (() => void)[] {
		const session = this.#session;
		const open = (id: string) => {
			const room = this.#rooms.get(id);
			return room?.isOpen ? room : undefined;
		};
		return [
			session.on('entry:new', (delivery) => this.#deliver(delivery, open(delivery.room))),
			session.on('room:heads', ({ heads }) => {
				for (const [room, head] of Object.entries(heads)) {
					this.unread.raiseHead(room, head);
					open(room)?.receiveHead(head);
				}
				// This event is periodic, so it also triggers a read of the entries that closed tabs have left.
				void this.outbox.load();
			}),
			session.on('room:left', ({ room, reason }) => {
				this.unread.forget(room);
				this.mentions.forget(room);
				open(room)?.receiveLeft(reason);
				this.left.fire(room);
			}),
			session.on('room:changed', ({ room, title }) => open(room)?.receiveTitle(title)),
			session.on('presence:changed', (change) => open(change.room)?.people.change(change)),
			session.on('typing:changed', ({ room, user, isTyping }) => {
				// The user's own notices come from another connection and are not shown.
				const isHidden = user.id === session.user?.id || (session.blocked.has(user.id) && peopleOf(room));
				if (!isHidden) open(room)?.people.setTyping(user, isTyping);
			}),
			session.on('read:changed', ({ room, ...cursor }) => {
				this.unread.raiseCursor(room, cursor);
				open(room)?.receiveCursor(cursor.readSeq);
			}),
			session.on('user:renamed', ({ user }) => {
				for (const room of this.#rooms.values()) room.receiveName(user);
			})
		];
	}

	#begin(): void {
		const userId = this.#session.user?.id;
		if (userId !== this.#userId) {
			this.unread.clear();
			this.mentions.clear();
		}
		this.#userId = userId;
		// The join of an earlier connection gets no reply.
		this.#suspend();
		for (const room of this.#rooms.values()) {
			if (room.isOpen) void room.join();
		}
		// The user may have changed, and with it the list of their entries.
		this.outbox.changes.fire();
		void this.outbox.load();
	}

	#suspend(): void {
		for (const room of this.#rooms.values()) room.suspend();
	}

	#deliver({ room: id, entries }: Delivery, room: Room | undefined): void {
		const { user } = this.#session;
		this.unread.deliver(id, entries, user?.id);
		this.mentions.deliver(id, entries, user?.id);
		if (room) room.deliver(entries);
		else this.outbox.settle(entries);
		this.delivered.fire({ room: id, entries });
		if (!user) return;
		for (const entry of entries) {
			if (entry.kind === 'message' && isMentioned(entry, user.id)) this.#mention(id, entry);
		}
	}

	/** Reports a mention once, however often its message is delivered. */
	#mention(room: string, message: MessageEntry): void {
		const key = `${message.author.id} ${message.id}`;
		if (this.#reported.has(key)) return;
		this.#reported.add(key);
		for (const oldest of this.#reported) {
			if (this.#reported.size <= MAX_REPORTED) break;
			this.#reported.delete(oldest);
		}
		this.mentioned.fire({ room, message });
	}

	/** Lets each room send its waiting entries. */
	#sendWaiting(): void {
		for (const room of this.outbox.rooms) {
			if (!this.#rooms.has(room)) this.#create(room);
		}
		for (const room of [...this.#rooms.values()]) {
			room.changes.fire();
			room.flush();
		}
		this.#dropIdle();
	}

	/** Removes rooms that are closed and have no waiting entries. */
	#dropIdle(): void {
		for (const [id, room] of this.#rooms) {
			if (!room.isOpen && room.entries.length === 0) this.#rooms.delete(id);
		}
	}

	#create(id: string): Room {
		const room: Room = new Room(id, {
			...this.#roomOptions,
			isShown: () => this.#rooms.get(room.id)?.isOpen === true,
			onJoin: (state, isAnew) => this.unread.enter(room.id, state, isAnew),
			onRead: (cursor) => this.unread.raiseCursor(room.id, cursor),
			onSpelling: (spelling) => {
				this.#rooms.delete(id);
				this.#rooms.set(spelling, room);
			}
		});
		this.#rooms.set(id, room);
		return room;
	}
}
