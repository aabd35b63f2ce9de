import { isPrivateRoom, RoomId, type RoomSummary } from '@digda/protocol';
import { createContext } from 'svelte';
import * as v from 'valibot';
import { readItem, writeItem } from '#lib/local-storage.ts';
import type { ChatSession } from './ChatSession.svelte.ts';

const STORAGE_KEY = 'digda:rooms';

/** What is kept of one's own rooms, to show them where there is no connection. */
const KeptRooms = v.pipe(v.string(), v.parseJson(), v.array(v.object({ room: RoomId, title: v.string() })));

/** A room as the list shows it. */
export interface ListedRoom {
	room: string;
	title: string;
	isPrivate: boolean;
	isMember: boolean;
	unread: number;
}

/** A room as it was listed last, or kept. */
type KnownRoom = Omit<ListedRoom, 'unread'>;

/** The rooms of the list: one's own and the public ones, with what is unread in them. */
export class Rooms {
	readonly #chat: ChatSession;
	/** The newest question; answers may come in another order. */
	#asked: Promise<readonly RoomSummary[]> | undefined;
	#known = $state.raw<readonly KnownRoom[]>(readKept());

	/**
	 * To be made while a component is: it follows the connection until that is destroyed.
	 * @param shown the room that is shown; each brings the list up to date, as each room does that is heard of
	 */
	constructor(chat: ChatSession, shown: () => string | undefined) {
		this.#chat = chat;
		const occasion = $derived(
			chat.watched.current.isReady && [...chat.watched.current.unread.rooms, shown()].sort().join()
		);
		$effect(() => {
			if (occasion !== false) void this.#refresh();
		});
		for (const event of ['room:changed', 'room:left'] as const) {
			$effect(() => chat.socket.on(event, () => void this.#refresh()));
		}
		$effect(() => {
			const total = this.listed.reduce((sum, { unread }) => sum + unread, 0);
			const timer = setTimeout(() => (this.unreadTotal = total));
			return () => clearTimeout(timer);
		});
	}

	readonly listed: readonly ListedRoom[] = $derived.by(() => {
		const { unread } = this.#chat.watched.current;
		return this.#known.map((room) => ({ ...room, unread: unread.of(room) }));
	});

	/** How many messages of all of one's rooms are unread; what is read as it comes never counts. */
	unreadTotal = $state(0);

	async #refresh(): Promise<void> {
		try {
			const { client, kept } = this.#chat;
			const asked = (this.#asked = client.list());
			const summaries = await asked;
			if (asked !== this.#asked) return;
			this.#known = summaries;
			const own = summaries.filter(({ isMember }) => isMember);
			void kept?.retain(own, client.unread.rooms);
			writeItem(STORAGE_KEY, JSON.stringify(own.map(({ room, title }) => ({ room, title }))));
		} catch {
			// The next connection brings another list.
		}
	}
}

function readKept(): KnownRoom[] {
	const kept = v.safeParse(KeptRooms, readItem(STORAGE_KEY));
	if (!kept.success) return [];
	return kept.output.map((room) => ({ ...room, isPrivate: isPrivateRoom(room.room), isMember: true }));
}

export const [getRooms, setRooms] = createContext<Rooms>();
