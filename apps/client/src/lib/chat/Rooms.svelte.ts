import { isPrivateRoom, RoomId, type RoomSummary } from '@digda/protocol';
import { createContext } from 'svelte';
import * as v from 'valibot';
import { readItem, writeItem } from '#lib/local-storage.ts';
import type { ChatSession } from './ChatSession.svelte.ts';
import { closeNotifications, tagOf } from './notifications.ts';

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

/** The rooms of the list: one's own and the public ones, with what is unread in them. */
export class Rooms {
	readonly #chat: ChatSession;
	/** The newest question; answers may come in another order. */
	#asked: Promise<readonly RoomSummary[]> | undefined;
	#summaries = $state.raw<readonly RoomSummary[]>(readKept());

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
		return this.#summaries.map((summary) => ({ ...summary, unread: unread.of(summary) }));
	});

	/** How many messages of all of one's rooms are unread; what is read as it comes never counts. */
	unreadTotal = $state(0);

	async #refresh(): Promise<void> {
		try {
			const { client, kept } = this.#chat;
			const asked = (this.#asked = client.list());
			const summaries = await asked;
			if (asked !== this.#asked) return;
			this.#summaries = summaries;
			const own = this.#summaries.filter(({ isMember }) => isMember);
			void kept?.retain(own, client.unread.rooms);
			writeItem(STORAGE_KEY, JSON.stringify(own.map(({ room, title }) => ({ room, title }))));
			void closeNotifications(own.flatMap(({ room, gone }) => gone.map((seq) => tagOf(room, seq))));
		} catch {
			// The next connection brings another list.
		}
	}
}

function readKept(): RoomSummary[] {
	const kept = v.safeParse(KeptRooms, readItem(STORAGE_KEY));
	const unknown = { isOwner: false, head: 0, readSeq: 0, gone: [], memberCount: 0, isMember: true };
	return kept.success ? kept.output.map((room) => ({ ...unknown, isPrivate: isPrivateRoom(room.room), ...room })) : [];
}

export const [getRooms, setRooms] = createContext<Rooms>();
