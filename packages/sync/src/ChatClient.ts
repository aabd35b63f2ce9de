import type { InvitationPreview, RoomSummary, User } from '@digda/protocol';
import { Connection } from './Connection.ts';
import type { Line } from './line.ts';
import { Outbox } from './Outbox.ts';
import type { OutboxStorage } from './OutboxStorage.ts';
import { dataOf } from './requests.ts';
import { Room, type RoomOptions } from './Room.ts';
import { Signal } from './Signal.ts';
import type { Exclusive, Schedule } from './timing.ts';
import { Unread } from './Unread.ts';

export interface ChatClientOptions {
	line: Line;
	schedule: Schedule;
	/** Without it what was typed does not survive a reload, and entries say so. */
	storage?: OutboxStorage | undefined;
	exclusive?: Exclusive | undefined;
	random?: () => number;
	now?: () => number;
	/** Who the browser was when it was last connected. */
	user?: User | undefined;
}

/** The client's half of the chat: rooms kept up with the log and an outbox, over any connection. */
export class ChatClient {
	/** The user, the readiness, the heads or the read cursors have changed. */
	readonly changes = new Signal();
	readonly outbox: Outbox;
	readonly unread = new Unread(() => this.changes.fire());
	readonly #connection: Connection;
	readonly #roomOptions: Omit<RoomOptions, 'onEnter' | 'onRead' | 'onSpelling'>;
	readonly #rooms = new Map<string, Room>();
	readonly #ends: (() => void)[];
	#user: User | undefined;
	#isOperator = false;

	constructor({ line, schedule, storage, user, ...options }: ChatClientOptions) {
		const { exclusive = withoutLocks, random = Math.random, now = Date.now } = options;
		this.#user = user;
		this.#connection = new Connection(line, schedule, random);
		const { ask, setTyping } = this.#connection;
		this.outbox = new Outbox({
			...{ storage, exclusive, schedule, random, now, ask },
			// Before one has joined, a membership may be missing that is about to begin.
			canSend: (room) => this.isReady && this.#rooms.get(room)?.status !== 'joining',
			userId: () => this.#user?.id ?? '',
			reached: (room) => this.#rooms.get(room)?.timeline.to ?? Infinity
		});
		const userId = () => this.#user?.id;
		this.#roomOptions = { ask, setTyping, schedule, random, userId, outbox: this.outbox };
		this.outbox.changes.on(() => {
			for (const room of this.#rooms.values()) room.changes.fire();
		});
		this.#ends = this.#listen(line);
	}

	/** Who one is; before the first connection who one was. */
	get user(): User | undefined {
		return this.#user;
	}

	/** Whether one may delete and close anything. */
	get isOperator(): boolean {
		return this.#isOperator;
	}

	/** Whether requests can be made: from `session:ready` to the loss of the connection. */
	get isReady(): boolean {
		return this.#connection.isReady;
	}

	/** Shows a room: joins it now or with the next connection, and again with each. */
	open(id: string): Room {
		const known = this.#rooms.get(id);
		if (known && known.status !== 'left') return known;
		const room: Room = new Room(id, {
			...this.#roomOptions,
			onEnter: (state, isAnew) => this.unread.enter(room.id, state, isAnew),
			onRead: (cursor) => this.unread.hearRead(room.id, cursor),
			onSpelling: (spelling) => {
				this.#rooms.delete(id);
				this.#rooms.set(spelling, room);
			}
		});
		this.#rooms.set(id, room);
		void room.join();
		return room;
	}

	/** Shows a room no longer; one stays a member. */
	close(id: string): void {
		this.#rooms.get(id)?.close();
		this.#rooms.delete(id);
		this.outbox.settle(id);
		this.outbox.flush(id);
	}

	/** Asks the server for an answer at once, which measures the connection. @throws when there is no connection */
	async ping(): Promise<void> {
		await this.#connection.ask('connection:ping', {});
	}

	/** One's own rooms and the public ones. @throws {RejectionError} or when there is no connection */
	async list(): Promise<RoomSummary[]> {
		const { rooms } = dataOf(await this.#connection.ask('room:list', {}));
		this.unread.list(rooms);
		return rooms;
	}

	/** Ends the membership in a room. @throws {RejectionError} or when there is no connection */
	async leave(room: string): Promise<void> {
		dataOf(await this.#connection.ask('room:leave', { room }));
	}

	/** Makes a private room of one's own. @throws {RejectionError} or when there is no connection */
	async create(title: string): Promise<{ room: string; title: string }> {
		return dataOf(await this.#connection.ask('room:create', { title }));
	}

	/** Looks at the private room of an invitation. @throws {RejectionError} or when there is no connection */
	async preview(secret: string): Promise<InvitationPreview> {
		return dataOf(await this.#connection.ask('room:preview', { secret }));
	}

	/** Comes into the private room of an invitation. @throws {RejectionError} or when there is no connection */
	async accept(secret: string): Promise<{ room: string; title: string }> {
		return dataOf(await this.#connection.ask('room:accept', { secret }));
	}

	/** Makes a token that of one's only session. @throws {RejectionError} or when there is no connection, or none any more */
	async rotateSession(token: string): Promise<void> {
		dataOf(await this.#connection.ask('session:rotate', { token }));
	}

	/** Changes one's name from now on. @throws {RejectionError} or when there is no connection */
	async rename(name: string): Promise<void> {
		this.#become(dataOf(await this.#connection.ask('session:rename', { name })).user);
	}

	/** Stops listening and trying; the line is closed by whoever opened it. */
	destroy(): void {
		for (const end of this.#ends) end();
		for (const room of this.#rooms.values()) room.close();
		this.#rooms.clear();
		this.#lose();
	}

	#listen(line: Line): (() => void)[] {
		const shown = (id: string) => this.#rooms.get(id);
		return [
			line.on('session:ready', ({ user, isOperator = false }) => {
				this.#isOperator = isOperator;
				this.#begin(user);
			}),
			line.onLost(() => this.#lose()),
			line.on('entry:new', ({ room, entries }) => {
				this.unread.deliver(room, entries, this.#user?.id);
				const open = shown(room);
				if (open) open.deliver(entries);
				else this.outbox.settle(room, entries);
			}),
			line.on('room:heads', ({ heads }) => {
				for (const [room, head] of Object.entries(heads)) {
					this.unread.hearHead(room, head);
					shown(room)?.hearHead(head);
				}
				// A regular moment to look for what a tab left behind that was closed.
				void this.outbox.refresh();
			}),
			line.on('room:left', ({ room, reason }) => {
				this.unread.forget(room);
				shown(room)?.hearLeft(reason);
			}),
			line.on('room:changed', ({ room, title }) => shown(room)?.hearTitle(title)),
			line.on('presence:changed', (change) => shown(change.room)?.people.change(change)),
			line.on('typing:changed', ({ room, user, isTyping }) => {
				// On another of one's own connections nobody needs to be told.
				if (user.id !== this.#user?.id) shown(room)?.people.hearTyping(user, isTyping);
			}),
			line.on('read:changed', ({ room, ...cursor }) => {
				this.unread.hearRead(room, cursor);
				shown(room)?.hearRead(cursor.readSeq);
			}),
			line.on('user:renamed', ({ user }) => {
				if (user.id === this.#user?.id) this.#become(user);
				for (const room of this.#rooms.values()) room.people.rename(user);
			})
		];
	}

	#begin(user: User): void {
		// Nothing that waited for an earlier connection, or for this one, is waited for any more.
		this.#lose();
		this.#connection.begin();
		this.#become(user);
		for (const room of this.#rooms.values()) void room.join();
		void this.outbox.refresh();
	}

	#lose(): void {
		this.#connection.lose();
		for (const room of this.#rooms.values()) room.lose();
		this.outbox.close();
		this.changes.fire();
	}

	#become(user: User): void {
		if (user.id !== this.#user?.id) this.unread.clear();
		this.#user = user;
		this.changes.fire();
		this.outbox.changes.fire();
	}
}

/** The server's dedupe makes it harmless that two tabs send the same. */
const withoutLocks: Exclusive = (_name, run) => run();
