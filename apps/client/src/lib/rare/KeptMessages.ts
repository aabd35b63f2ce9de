import { fold, messageOf, type Entry, type Message, type RoomSummary } from '@digda/protocol';
import type { Room } from '@digda/sync';
import { openDB, type DBSchema } from 'idb';
import type { ChatSession } from '#lib/chat/ChatSession.svelte.ts';
import { Quotes } from './Quotes.ts';

/** How many of the newest messages of a room are kept. */
const MAX_KEPT = 100;

/** A room that changes is written at most this often. */
const WRITE_INTERVAL_MS = 500;

interface KeptRoom {
	room: string;
	/** Who saw the messages. */
	userId: string;
	/** The log that they are from. */
	epoch: string;
	/** All entries up to this one are in the messages. */
	to: number;
	messages: readonly Message[];
}

interface KeptSchema extends DBSchema {
	rooms: { key: string; value: KeptRoom };
}

/**
 * The newest messages of each room, in IndexedDB, to be shown where there is no connection. What one may not see any more
 * is deleted: of another person or log, of a room that one is not in, and each deleted text.
 */
export class KeptMessages {
	/** A database of its own, so that the outbox never waits for it. */
	readonly #database = openDB<KeptSchema>('digda-kept', 2, {
		upgrade: (database) => {
			// Messages of an earlier version have another form.
			for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
			database.createObjectStore('rooms', { keyPath: 'room' });
		},
		// A newer page in another tab wants to change it.
		blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close()
	});
	readonly #chat: ChatSession;
	readonly #quotes = new Quotes();
	/** What is to be written, by room: a room may be closed before it is. */
	readonly #pending = new Map<string, KeptRoom>();
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #previewed = new WeakSet<Room>();
	#shown: Room | undefined;
	#written: readonly Message[] | undefined;
	#writtenTo = 0;
	#epoch: string | undefined;

	constructor(chat: ChatSession) {
		this.#chat = chat;
		const { socket, client } = chat;
		// Without a database nothing is kept.
		this.#database.catch(() => undefined);
		socket.on('session:ready', ({ user }) => void this.#retain(({ userId }) => userId === user.id));
		socket.on('room:left', ({ room }) => void this.#retain((kept) => kept.room !== room));
		socket.on('entry:new', ({ room, entries }) => {
			this.#quotes.deliver(room, entries);
			// What the timeline of a room has is kept from there.
			if (room !== this.#shown?.id || !isComplete(this.#shown)) void this.#append(room, entries);
		});
		if (client.user) void this.#retain(({ userId }) => userId === client.user?.id);
	}

	/** Takes note of a change of the room that is shown. */
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
	 * Keeps the messages of one's own rooms alone, and none of a room in which something was deleted that was not heard of here:
	 * it might be one of them.
	 * @param own the rooms as a list has them
	 * @param heard rooms that something was heard of; one that was joined meanwhile may be missing in the list
	 */
	async retain(own: readonly RoomSummary[], heard: readonly string[] = []): Promise<void> {
		this.#quotes.list(own);
		const needed = new Map(heard.map((room) => [room, 0]));
		for (const { room, lastDeletion } of own) needed.set(room, lastDeletion);
		await this.#retain(({ room, to }) => (needed.get(room) ?? Infinity) <= to);
	}

	async #preview(room: Room): Promise<void> {
		const kept = await this.#database.then((database) => database.get('rooms', room.id)).catch(() => undefined);
		if (kept?.userId === this.#chat.client.user?.id && room.status !== 'joined') room.preview(kept?.messages ?? []);
	}

	#writeSoon(room: Room): void {
		const { messages, epoch, to } = room.timeline;
		const userId = this.#chat.client.user?.id;
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

	/** Adds what follows on the kept messages of a room, and empties what was deleted. */
	async #append(room: string, entries: readonly Entry[]): Promise<void> {
		const pending = this.#pending.get(room);
		if (pending) this.#pending.set(room, follow(pending, entries));
		try {
			const transaction = (await this.#database).transaction('rooms', 'readwrite');
			const kept = await transaction.store.get(room);
			if (kept) await transaction.store.put(follow(kept, entries));
			await transaction.done;
		} catch {
			// What could not be kept is read from the server.
		}
	}

	async #retain(isWanted: (kept: KeptRoom) => boolean): Promise<void> {
		for (const [id, kept] of this.#pending) if (!isWanted(kept)) this.#pending.delete(id);
		try {
			const transaction = (await this.#database).transaction('rooms', 'readwrite');
			for await (const cursor of transaction.store) if (!isWanted(cursor.value)) await cursor.delete();
			await transaction.done;
		} catch {
			// Nothing is kept.
		}
	}
}

/** Whether the timeline of a room holds all entries up to the head. */
function isComplete({ status, timeline }: Room): boolean {
	return status === 'joined' && !timeline.hasNewer && !timeline.isBehind;
}

function follow(kept: KeptRoom, entries: readonly Entry[]): KeptRoom {
	const messages = new Map(kept.messages.map((message) => [message.seq, message]));
	let { to } = kept;
	for (const entry of entries) {
		const isNext = entry.seq === to + 1;
		if (isNext) to = entry.seq;
		if (entry.kind === 'message') {
			if (isNext) messages.set(entry.seq, messageOf(entry));
			continue;
		}
		const target = messages.get(entry.target.seq);
		// A deletion is never too early.
		if (target && (isNext || entry.kind === 'delete')) messages.set(target.seq, fold(target, entry, kept.userId));
	}
	return { ...kept, to, messages: [...messages.values()].slice(-MAX_KEPT) };
}
