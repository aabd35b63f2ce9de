import { fold, isRow, messageOf, type Entry, type Message, type RoomSummary } from '@digda/protocol';
import { Deletions, type Room, type Session } from '@digda/sync';
import { openDB, type DBSchema } from 'idb';
import { closeNotifications } from '#lib/notifications/notifications.ts';
import type { Chat } from '#lib/session/Chat.svelte.ts';

/** The number of newest messages that are kept of each room. */
const MAX_KEPT = 100;

/** The minimum interval between two writes. */
const WRITE_INTERVAL_MS = 500;

interface KeptRoom {
	room: string;
	/** The user who has read the messages. */
	userId: string;
	/** The log of the messages. */
	epoch: string;
	/** The `seq` up to which all entries are folded into the messages. */
	to: number;
	messages: readonly Message[];
}

interface KeptSchema extends DBSchema {
	rooms: { key: string; value: KeptRoom };
}

/**
 * Keeps the newest messages of each room in IndexedDB, to show them without a connection. It removes messages of another
 * person or log, messages of a room without a membership, and deleted texts.
 */
export class KeptMessages {
	/** A separate database, so that the outbox never waits for it. */
	readonly #database = openDB<KeptSchema>('digda-kept', 2, {
		upgrade: (database) => {
			// Messages of an earlier version have another schema.
			for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
			database.createObjectStore('rooms', { keyPath: 'room' });
		},
		// A newer page in another tab upgrades the database.
		blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close()
	});
	readonly #session: Session;
	/** Messages that are not written yet, by room. The room may be closed before they are written. */
	readonly #pending = new Map<string, KeptRoom>();
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #previewed = new WeakSet<Room>();
	#shown: Room | undefined;
	#written: readonly Message[] | undefined;
	#writtenTo = 0;
	#epoch: string | undefined;

	constructor({ session, rooms, list }: Pick<Chat, 'session' | 'rooms' | 'list'>) {
		this.#session = session;
		// Without a database no messages are kept.
		this.#database.catch(() => undefined);
		const retainOwn = () => void this.#retain(({ userId }) => userId === session.user?.id);
		session.began.on(retainOwn);
		session.changes.on(() => {
			if (session.isUnknown) void this.#retain(() => false);
		});
		list.loaded.on((listed) => void this.#compare(listed, rooms.unread.rooms));
		rooms.left.on((room) => void this.#retain((kept) => kept.room !== room));
		rooms.delivered.on(({ room, entries }) => {
			// The timeline of a complete room is written as a whole.
			if (room !== this.#shown?.id || !isComplete(this.#shown)) void this.#append(room, entries);
		});
		if (session.user) retainOwn();
		new Deletions(rooms, list).found.on((mayBeDeleted) => void closeNotifications(mayBeDeleted));
	}

	/** Keeps the messages of the open room. The page calls it after each change of the room. */
	note(room: Room): void {
		this.#shown = room;
		if (room.isOut) void this.#retain((kept) => kept.room !== room.id);
		else if (room.status === 'joined') this.#writeSoon(room);
		else if (!this.#previewed.has(room)) {
			this.#previewed.add(room);
			void this.#preview(room);
		}
	}

	/**
	 * Keeps only the user's rooms without an undelivered deletion, which might concern a kept message.
	 * @param delivered rooms with delivered entries; a list may lack a room that was joined meanwhile
	 */
	async #compare(listed: readonly RoomSummary[], delivered: readonly string[]): Promise<void> {
		const needed = new Map(delivered.map((room) => [room, 0]));
		for (const { room, isMember, lastDeletion } of listed) {
			if (isMember) needed.set(room, lastDeletion);
		}
		await this.#retain(({ room, to }) => (needed.get(room) ?? Infinity) <= to);
	}

	async #preview(room: Room): Promise<void> {
		const kept = await this.#database.then((database) => database.get('rooms', room.id)).catch(() => undefined);
		if (kept?.userId === this.#session.user?.id && room.status !== 'joined') room.preview(kept?.messages ?? []);
	}

	#writeSoon(room: Room): void {
		const { messages, epoch, to } = room.timeline;
		const userId = this.#session.user?.id;
		if (epoch === undefined || userId === undefined || !isComplete(room)) return;
		if (messages === this.#written && to === this.#writtenTo) return;
		this.#written = messages;
		this.#writtenTo = to;
		this.#pending.set(room.id, { room: room.id, userId, epoch, to, messages: messages.slice(-MAX_KEPT) });
		if (this.#timer !== undefined) return;
		this.#timer = setTimeout(() => void this.#write().catch(() => undefined), WRITE_INTERVAL_MS);
	}

	async #write(): Promise<void> {
		this.#timer = undefined;
		const database = await this.#database;
		for (const [id, kept] of this.#pending) {
			this.#pending.delete(id);
			await database.put('rooms', kept);
			if (kept.epoch === this.#epoch) continue;
			this.#epoch = kept.epoch;
			await this.#retain(({ epoch }) => epoch === kept.epoch);
		}
	}

	/** Appends entries that follow the kept messages of a room, and erases deleted texts. */
	async #append(room: string, entries: readonly Entry[]): Promise<void> {
		const pending = this.#pending.get(room);
		if (pending) this.#pending.set(room, follow(pending, entries));
		try {
			const transaction = (await this.#database).transaction('rooms', 'readwrite');
			const kept = await transaction.store.get(room);
			if (kept) await transaction.store.put(follow(kept, entries));
			await transaction.done;
		} catch {
			// The messages are not lost: the server has them.
		}
	}

	async #retain(isWanted: (kept: KeptRoom) => boolean): Promise<void> {
		for (const [id, kept] of this.#pending) {
			if (!isWanted(kept)) this.#pending.delete(id);
		}
		try {
			const transaction = (await this.#database).transaction('rooms', 'readwrite');
			for await (const cursor of transaction.store) {
				if (!isWanted(cursor.value)) await cursor.delete();
			}
			await transaction.done;
		} catch {
			// Without a database no messages are kept.
		}
	}
}

/** Tells whether the timeline of a room contains all entries up to the head. */
function isComplete({ status, timeline }: Room): boolean {
	return status === 'joined' && !timeline.hasNewer && !timeline.isBehind;
}

function follow(kept: KeptRoom, entries: readonly Entry[]): KeptRoom {
	const messages = new Map(kept.messages.map((message) => [message.seq, message]));
	let { to } = kept;
	for (const entry of entries) {
		const isNext = entry.seq === to + 1;
		if (isNext) to = entry.seq;
		if (isRow(entry)) {
			if (isNext) messages.set(entry.seq, messageOf(entry));
			continue;
		}
		// A deletion is applied even if earlier entries are missing.
		if (!isNext && entry.kind !== 'delete') continue;
		// It may also change the quotes of the message.
		for (const [seq, message] of messages) messages.set(seq, fold(message, entry, kept.userId));
	}
	return { ...kept, to, messages: [...messages.values()].slice(-MAX_KEPT) };
}
