import { CHAT_NAMESPACE, type ChatClientToServer, type ChatServerToClient } from '@digda/protocol';
import { RoomList, Rooms, Session, type Outbox } from '@digda/sync';
import { readKeptRooms, keepRooms } from '#lib/offline/kept-rooms.ts';
import type { KeptMessages } from '#lib/offline/KeptMessages.ts';
import { createOutboxStorage } from '#lib/offline/outbox-storage.ts';
import { Drafts } from '#lib/room/Drafts.svelte.ts';
import { SocketWrapper } from '#lib/socket';
import { ReactiveValue } from '#lib/socket/ReactiveValue.ts';
import { browserIdentity } from './browser-identity.ts';
import { toChatSocket } from './chat-socket.ts';
import { lock, lockOrSteal } from './lock.ts';
import { schedule } from './schedule.ts';

/** The chat of this page: the connection, its session and the rooms. Its getters are reactive in components. */
export class Chat {
	/** The connection, for its displayed status. */
	readonly socket = new SocketWrapper<ChatServerToClient, ChatClientToServer>();
	readonly drafts = new Drafts();
	/** The kept messages, once the module is loaded. */
	kept = $state.raw<KeptMessages>();
	readonly #session: ReactiveValue<Session>;
	readonly #rooms: ReactiveValue<Rooms>;
	readonly #list: ReactiveValue<RoomList>;
	readonly #outbox: ReactiveValue<Outbox>;
	#end: (() => void) | undefined;

	/** @param server the URL of the server */
	constructor(server: string) {
		const socket = toChatSocket(this.socket, server + CHAT_NAMESPACE);
		const session = new Session({ socket, schedule, identities: browserIdentity, exclusive: lock });
		const storage = createOutboxStorage(() => void rooms.outbox.load());
		const rooms: Rooms = new Rooms({ session, schedule, storage, exclusive: lockOrSteal });
		const list = new RoomList(session, rooms, readKeptRooms());
		list.loaded.on(keepRooms);
		this.#session = ReactiveValue.of(session);
		this.#rooms = ReactiveValue.of(rooms);
		this.#list = ReactiveValue.of(list);
		this.#outbox = ReactiveValue.of(rooms.outbox);
	}

	get session(): Session {
		return this.#session.current;
	}

	get rooms(): Rooms {
		return this.#rooms.current;
	}

	get list(): RoomList {
		return this.#list.current;
	}

	get outbox(): Outbox {
		return this.#outbox.current;
	}

	/** Connects once. @returns the function that ends the chat */
	connect(): () => void {
		this.#end ??= this.#connect();
		return this.#end;
	}

	#connect(): () => void {
		const { session, rooms, list } = this;
		const ending = new AbortController();
		addEventListener('storage', (event) => this.drafts.restore(event), { signal: ending.signal });
		void import('#lib/offline/KeptMessages.ts')
			.then(({ KeptMessages }) => (this.kept = new KeptMessages(this)))
			// Without a connection, the next visit loads the module.
			.catch(() => undefined);
		void session.connect();
		return () => {
			ending.abort();
			list.dispose();
			rooms.dispose();
			session.close();
		};
	}
}
