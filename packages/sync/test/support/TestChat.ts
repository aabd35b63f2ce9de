import type { RoomSummary } from '@digda/protocol';
import {
	RoomList,
	Rooms,
	Session,
	type ChatSocket,
	type Exclusive,
	type Identity,
	type IdentityStorage,
	type OutboxStorage,
	type Room,
	type Schedule
} from '../../src/index.ts';

interface TestChatOptions {
	socket: ChatSocket;
	schedule: Schedule;
	random?: () => number;
	now?: () => number;
	storage?: OutboxStorage;
	exclusive?: Exclusive;
	identities?: IdentityStorage;
}

/** A session with its rooms, as in a page. */
export class TestChat {
	readonly session: Session;
	readonly rooms: Rooms;

	constructor({ socket, storage, now = Date.now, identities = new MemoryIdentity(), ...options }: TestChatOptions) {
		this.session = new Session({ socket, identities, ...options });
		this.rooms = new Rooms({ session: this.session, storage, now, ...options });
	}

	get outbox() {
		return this.rooms.outbox;
	}

	get unread() {
		return this.rooms.unread;
	}

	open(room: string): Room {
		return this.rooms.open(room);
	}

	close(room: string): void {
		this.rooms.close(room);
	}

	/** Adds a message to the outbox. */
	async say(room: string, text: string): Promise<void> {
		await this.outbox.add(room, { kind: 'message', text });
	}

	/** Reads the list of rooms once. */
	async list(): Promise<readonly RoomSummary[]> {
		const list = new RoomList(this.session, this.rooms);
		list.dispose();
		return await list.load();
	}

	end(): void {
		this.rooms.dispose();
		this.session.close();
	}
}

/** The identity of a browser, in memory. Each tab has its own instance for the same browser. */
export class MemoryIdentity implements IdentityStorage {
	readonly #browser: { identity: Identity | undefined; tabs: Map<MemoryIdentity, () => void> };

	constructor(identity?: Identity, other?: MemoryIdentity) {
		this.#browser = other ? other.#browser : { identity, tabs: new Map() };
	}

	/** Returns the storage of another tab of the same browser. */
	openTab(): MemoryIdentity {
		return new MemoryIdentity(undefined, this);
	}

	read(): Identity | undefined {
		return this.#browser.identity;
	}

	write(identity: Identity | undefined): void {
		this.#browser.identity = identity;
		for (const [tab, listener] of this.#browser.tabs) if (tab !== this) listener();
	}

	subscribe(listener: () => void): () => void {
		this.#browser.tabs.set(this, listener);
		return () => this.#browser.tabs.delete(this);
	}
}
