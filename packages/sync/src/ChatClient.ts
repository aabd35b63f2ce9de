import type { RoomSummary, User } from '@digda/protocol';
import type { Line } from './line.ts';
import { Outbox } from './Outbox.ts';
import type { OutboxStorage } from './OutboxStorage.ts';
import { dataOf, LineLost, type Ask } from './requests.ts';
import { Room } from './Room.ts';
import { Signal } from './Signal.ts';
import type { Exclusive, Schedule } from './timing.ts';

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
	readonly #options: ChatClientOptions;
	readonly #random: () => number;
	readonly #rooms = new Map<string, Room>();
	readonly #heads = new Map<string, number>();
	readonly #reads = new Map<string, number>();
	readonly #ends: (() => void)[];
	#user: User | undefined;
	#isReady = false;
	/** Counts connections, so that a reply of an earlier one is recognised. */
	#connection = 0;

	constructor(options: ChatClientOptions) {
		this.#options = options;
		this.#user = options.user;
		this.#random = options.random ?? Math.random;
		this.outbox = new Outbox({
			storage: options.storage,
			exclusive: options.exclusive ?? ((_name, run) => run()),
			schedule: options.schedule,
			random: this.#random,
			now: options.now ?? Date.now,
			ask: this.#ask,
			// Before one has joined, a membership may be missing that is about to begin.
			canSend: (room) => this.#isReady && this.#rooms.get(room)?.status !== 'joining',
			userId: () => this.#user?.id ?? '',
			reached: (room) => this.#rooms.get(room)?.timeline.to ?? Infinity
		});
		this.outbox.changes.on(() => {
			for (const room of this.#rooms.values()) room.changes.fire();
		});
		this.#ends = this.#listen(options.line);
	}

	/** Who one is; before the first connection who one was. */
	get user(): User | undefined {
		return this.#user;
	}

	/** Whether requests can be made: from `session:ready` to the loss of the connection. */
	get isReady(): boolean {
		return this.#isReady;
	}

	/** The newest `seq` of one's rooms, shown or not, as far as it was heard of. */
	get heads(): ReadonlyMap<string, number> {
		return this.#heads;
	}

	/** How many messages of one's room one has not read, by the list and by what was heard since. */
	unread({ room, head, readSeq, isMember }: RoomSummary): number {
		if (!isMember) return 0;
		const newest = Math.max(head, this.#heads.get(room) ?? 0);
		return newest - Math.max(readSeq, this.#reads.get(room) ?? 0);
	}

	/** Loads what an earlier page, or a tab that was closed since, left in the outbox. */
	async start(): Promise<void> {
		await this.outbox.load();
		if (this.#isReady) this.outbox.flushAll();
	}

	/** Shows a room: joins it now or with the next connection, and again with each. */
	open(id: string): Room {
		const known = this.#rooms.get(id);
		if (known && known.status !== 'left') return known;
		const room: Room = new Room(id, {
			ask: this.#ask,
			line: this.#options.line,
			outbox: this.outbox,
			schedule: this.#options.schedule,
			random: this.#random,
			isReady: () => this.#isReady,
			onRead: (readSeq) => this.#hearRead(room.id, readSeq),
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
		this.outbox.settleReached(id);
	}

	/** One's own rooms and the public ones. @throws {Refused} or when there is no connection */
	async list(): Promise<RoomSummary[]> {
		return dataOf(await this.#ask('room:list', {})).rooms;
	}

	/** Ends the membership in a room. @throws {Refused} or when there is no connection */
	async leave(room: string): Promise<void> {
		dataOf(await this.#ask('room:leave', { room }));
	}

	/** Changes one's name from now on. @throws {Refused} or when there is no connection */
	async rename(name: string): Promise<void> {
		this.#become(dataOf(await this.#ask('session:rename', { name })).user);
	}

	/** Stops listening and trying; the line is closed by whoever opened it. */
	destroy(): void {
		this.#lose();
		for (const end of this.#ends) end();
		for (const room of this.#rooms.values()) room.close();
	}

	readonly #ask: Ask = async (name, payload) => {
		if (!this.#isReady) throw new LineLost('not connected');
		const connection = this.#connection;
		try {
			return await this.#options.line.request(name, payload);
		} finally {
			// Whatever comes of a request of an earlier connection comes too late.
			this.#mustBe(connection);
		}
	};

	#mustBe(connection: number): void {
		if (connection !== this.#connection) throw new LineLost('the connection has ended');
	}

	#listen(line: Line): (() => void)[] {
		const { outbox } = this;
		const shown = (id: string) => this.#rooms.get(id);
		return [
			line.on('session:ready', ({ user }) => this.#begin(user)),
			line.onLost(() => this.#lose()),
			line.on('message:new', ({ room, messages }) => {
				const last = messages.at(-1);
				if (last) this.#hearHead(room, last.seq);
				const open = shown(room);
				if (open) open.hear(messages);
				else outbox.settle(messages);
			}),
			line.on('room:heads', ({ heads }) => {
				for (const [room, head] of Object.entries(heads)) {
					this.#hearHead(room, head);
					shown(room)?.hearHead(head);
				}
			}),
			line.on('room:left', ({ room }) => {
				this.#heads.delete(room);
				shown(room)?.hearLeft();
				this.changes.fire();
			}),
			line.on('presence:changed', (change) => shown(change.room)?.hearPresence(change)),
			line.on('typing:changed', ({ room, user, isTyping }) => {
				shown(room)?.hearTyping(user, isTyping);
			}),
			line.on('read:changed', ({ room, readSeq }) => {
				this.#hearRead(room, readSeq);
				shown(room)?.hearRead(readSeq);
			}),
			line.on('user:renamed', ({ user }) => {
				if (user.id === this.#user?.id) this.#become(user);
				for (const room of this.#rooms.values()) room.hearRename(user);
			})
		];
	}

	#begin(user: User): void {
		this.#connection += 1;
		this.#isReady = true;
		this.#become(user);
		for (const room of this.#rooms.values()) void room.join();
		this.outbox.flushAll();
		void this.start();
	}

	#lose(): void {
		this.#connection += 1;
		this.#isReady = false;
		for (const room of this.#rooms.values()) room.lose();
		this.outbox.close();
		this.changes.fire();
	}

	#become(user: User): void {
		this.#user = user;
		this.changes.fire();
		this.outbox.changes.fire();
	}

	#hearRead(room: string, readSeq: number): void {
		if (this.#reads.get(room) === readSeq) return;
		this.#reads.set(room, readSeq);
		this.changes.fire();
	}

	#hearHead(room: string, head: number): void {
		if (this.#heads.get(room) === head) return;
		this.#heads.set(room, head);
		this.changes.fire();
	}
}
