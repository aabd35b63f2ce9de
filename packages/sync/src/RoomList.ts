import {
	peopleOf,
	type Entry,
	type RoomSettings,
	type RoomSummary,
	type SettingsChange,
	type TopicEntry,
	type User
} from '@digda/protocol';
import { dataOf } from './requests.ts';
import type { Rooms } from './Rooms.ts';
import type { Session } from './Session.ts';
import { Signal } from './Signal.ts';

/** A room of the list. */
export type ListedRoom = Pick<
	RoomSummary,
	'room' | 'title' | 'topic' | 'isPrivate' | 'isMember' | 'lastAt' | 'other' | keyof RoomSettings
> & {
	/** The number of messages that the user has not read. */
	unread: number;
	/** Tells whether one of them mentions the user or everyone. */
	isMentioned: boolean;
	/** Set while the user blocks the other person of the direct room. */
	isBlocked?: true;
};

/** A room of the last list, perhaps of an earlier visit. */
export type KnownRoom = Omit<ListedRoom, 'unread' | 'isMentioned' | 'isBlocked' | 'topic'> &
	Partial<Pick<ListedRoom, 'topic'>>;

/**
 * The list of the user's rooms and the public rooms: pinned ones first, then those with the newest messages. It is read again
 * whenever a room may have been added, removed or changed.
 */
export class RoomList {
	readonly changes = new Signal();
	/** Fires when a new list has arrived. */
	readonly loaded = new Signal<readonly RoomSummary[]>();
	readonly #session: Session;
	readonly #rooms: Rooms;
	readonly #subscriptions: (() => void)[];
	#known: readonly KnownRoom[];
	/** Identifies the newest request, because replies may arrive in another order. */
	#latest: symbol | undefined;
	#isPlanned = false;
	/** The topics that were delivered after the last list. */
	readonly #topics = new Map<string, TopicEntry>();
	/** The rooms that need no new list: they are in the last list or have caused a request. */
	#seen = new Set<string>();

	/** @param known the rooms of an earlier visit, shown until the first list arrives */
	constructor(session: Session, rooms: Rooms, known: readonly KnownRoom[] = []) {
		this.#session = session;
		this.#rooms = rooms;
		this.#known = known;
		this.#subscriptions = [
			session.began.on(() => this.refresh()),
			session.on('room:changed', () => this.refresh()),
			session.on('room:left', ({ room }) => {
				this.#seen.delete(room);
				this.refresh();
			}),
			session.on('user:renamed', ({ user }) => this.#rename(user)),
			session.on('room:settings', ({ room, ...settings }) => this.#change(room, settings)),
			rooms.delivered.on(({ room, entries }) => this.#raise(room, entries)),
			rooms.delivered.on(({ room, entries }) => this.#receiveTopics(room, entries)),
			rooms.mentions.stale.on(() => this.refresh()),
			rooms.changes.on(() => {
				this.#refreshForNewRoom();
				this.changes.fire();
			})
		];
	}

	/** The rooms in their order, the user's own before the others, each with the number of its unread messages. */
	get rooms(): readonly ListedRoom[] {
		const { unread, mentions } = this.#rooms;
		return this.#known
			.map(({ room, title, topic = '', isPrivate, isMember, lastAt, isPinned, isMuted, other }) => ({
				...{ room, title, isPrivate, isMember, lastAt, isPinned, isMuted, ...(other && { other }) },
				...(other && this.#session.blocked.has(other.id) && { isBlocked: true as const }),
				topic: this.#topics.get(room)?.text ?? topic,
				unread: unread.of({ room, isMember }),
				isMentioned: isMember && mentions.isAfter(room, unread.readSeqIn(room))
			}))
			.sort(byActivity);
	}

	/** Pins or mutes a room. @throws {RejectionError} @throws {ConnectionLost} */
	async set(room: string, settings: SettingsChange): Promise<void> {
		this.#change(room, dataOf(await this.#session.ask('room:set', { room, ...settings })));
	}

	/** Reads the list from the server, once for all calls in a tick. Without a connection it does nothing. */
	refresh(): void {
		if (this.#isPlanned || !this.#session.isReady) return;
		this.#isPlanned = true;
		queueMicrotask(() => {
			this.#isPlanned = false;
			void this.load().catch(() => undefined);
		});
	}

	/** Reads the list from the server. @throws {RejectionError} @throws {ConnectionLost} */
	async load(): Promise<readonly RoomSummary[]> {
		const latest = Symbol();
		this.#latest = latest;
		const { rooms } = dataOf(await this.#session.ask('room:list', {}));
		const own = rooms.filter(({ isMember }) => isMember).map(({ room }) => room);
		this.#seen = new Set([...own, ...this.#rooms.unread.rooms.map((room) => this.#keyOf(room))]);
		this.#rooms.unread.list(rooms);
		this.#rooms.mentions.list(rooms);
		if (latest !== this.#latest) return rooms;
		// A message may have arrived while the list was read.
		const lastAt = new Map(this.#known.map((known) => [known.room, known.lastAt]));
		this.#known = rooms.map((room) => ({ ...room, lastAt: Math.max(room.lastAt, lastAt.get(room.room) ?? 0) }));
		for (const { room, head } of rooms) if (head >= (this.#topics.get(room)?.seq ?? 0)) this.#topics.delete(room);
		this.loaded.fire(rooms);
		this.changes.fire();
		return rooms;
	}

	dispose(): void {
		for (const unsubscribe of this.#subscriptions) unsubscribe();
	}

	/** Changes a room of the list. */
	#change(room: string, change: Partial<KnownRoom>): void {
		this.#known = this.#known.map((known) => (known.room === room ? { ...known, ...change } : known));
		this.changes.fire();
	}

	/** Changes the title of the direct room with a person. */
	#rename(user: User): void {
		const direct = this.#known.find(({ other }) => other?.id === user.id);
		if (direct) this.#change(direct.room, { title: user.name, other: user });
	}

	/** Raises the activity of a room. */
	#raise(room: string, entries: readonly Entry[]): void {
		const lastAt = entries.findLast(({ kind, isHidden }) => kind === 'message' && !isHidden)?.sentAt ?? 0;
		const known = this.#known.find((each) => each.room === room);
		if (known && lastAt > known.lastAt) this.#change(room, { lastAt });
	}

	#receiveTopics(room: string, entries: readonly Entry[]): void {
		const topic = entries.findLast((entry) => entry.kind === 'topic');
		if (!topic || topic.seq < (this.#topics.get(room)?.seq ?? 0)) return;
		this.#topics.set(room, topic);
		this.changes.fire();
	}

	#refreshForNewRoom(): void {
		const keys = this.#rooms.unread.rooms.map((room) => this.#keyOf(room));
		if (keys.every((key) => this.#seen.has(key))) return;
		for (const key of keys) this.#seen.add(key);
		this.refresh();
	}

	/** A direct room that another person has opened is listed with its first message, so it is seen once more then. */
	#keyOf(room: string): string {
		const isListed = this.#known.some((known) => known.room === room);
		return isListed || !peopleOf(room) || this.#rooms.unread.hasMessages(room) ? room : `${room} without messages`;
	}
}

/** The order of the list. */
function byActivity(one: ListedRoom, other: ListedRoom): number {
	return (
		Number(other.isMember) - Number(one.isMember) ||
		Number(other.isPinned) - Number(one.isPinned) ||
		other.lastAt - one.lastAt ||
		one.title.localeCompare(other.title)
	);
}
