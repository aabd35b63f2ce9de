import type { Message, RequestName } from '@digda/protocol';
import { isMessage, type OutboxEntry, type Room } from '../../src/index.ts';
import { KINDS, requestOf } from '@digda/testkit/entries.ts';
import { FakeServer } from './FakeServer.ts';
import { MemoryStorage } from './MemoryStorage.ts';
import { MemoryIdentity, TestChat } from './TestChat.ts';
import { VirtualTime } from './VirtualTime.ts';

/** The requests that send entries. */
const ENTRY_REQUESTS: readonly RequestName[] = KINDS.map((kind) => requestOf(kind));

/** A browser of the user `me` with one tab that shows the lobby, and its server. */
export class Browser {
	readonly server = new FakeServer();
	readonly time = new VirtualTime();
	readonly storage = new MemoryStorage();
	chat: TestChat;
	room: Room;
	/** While it is set, requests or replies of entries are lost. */
	losing: 'requests' | 'replies' | undefined;
	#isConnected = false;
	/** The last entry of the log that was delivered or read in a page. */
	#delivered = 0;

	constructor() {
		const { socket } = this.server;
		const request = socket.request.bind(socket);
		socket.request = async (name, payload) => {
			if (!this.losing || !ENTRY_REQUESTS.includes(name)) return await request(name, payload);
			if (this.losing === 'replies') await request(name, payload);
			else this.server.asked.push({ name, payload });
			return await new Promise(() => undefined);
		};
		this.chat = this.#createChat();
		this.room = this.chat.open('lobby');
	}

	/** The requests that send entries, in order. */
	get sent(): { name: RequestName; payload: object }[] {
		return this.server.asked.filter(({ name }) => ENTRY_REQUESTS.includes(name));
	}

	get entries(): readonly OutboxEntry[] {
		return this.room.entries;
	}

	/** Returns the unsent message with a text. */
	unsent(text: string): OutboxEntry {
		const entry = this.entries.find((each) => isMessage(each) && each.content.text === text);
		if (!entry) throw new Error(`no unsent message ${text}`);
		return entry;
	}

	/** Returns the shown message with a `seq`. */
	shown(seq: number): Message {
		const message = this.room.messages.find((each) => each.seq === seq);
		if (!message) throw new Error(`no message at ${seq}`);
		return message;
	}

	/** Connects, and runs all pending work. */
	async connect(): Promise<void> {
		if (!this.#isConnected) {
			this.#isConnected = true;
			this.#delivered = this.server.log.length;
			this.server.connect();
		}
		await this.time.settle();
	}

	/** Disconnects, and runs all pending work. */
	async disconnect(): Promise<void> {
		this.#isConnected = false;
		this.server.disconnect();
		await this.time.settle();
	}

	/** Delivers all undelivered entries of the log. */
	deliver(): void {
		const after = this.#delivered;
		this.#delivered = this.server.log.length;
		if (this.#isConnected && this.#delivered > after) this.server.news(after, this.#delivered);
	}

	/** Sends and delivers until no entry waits. */
	async finish(): Promise<void> {
		await this.connect();
		this.deliver();
		await this.time.settle();
	}

	/** Reloads the page with the same storage. */
	async reload(): Promise<void> {
		await this.disconnect();
		this.chat.end();
		this.chat = this.#createChat();
		await this.chat.outbox.load();
		this.room = this.chat.open('lobby');
	}

	#createChat(): TestChat {
		const { server, time, storage } = this;
		const identities = new MemoryIdentity({ token: 'token', user: server.user });
		return new TestChat({
			...{ socket: server.socket, schedule: time.schedule, storage, identities },
			...{ now: () => time.now, random: () => 0.5 }
		});
	}
}
