import type { SentMessage } from '@digda/protocol';
import { ChatClient, type OutboxEntry, type Room } from '@digda/sync';
import { Ledger } from './Ledger.ts';
import { MemoryStorage } from './MemoryStorage.ts';
import { Proxy } from './Proxy.ts';
import { SocketLine, type Identity, type Transport } from './SocketLine.ts';

/** Waits of the client (a gap, a retry) pass so much faster here. */
const HASTE = 5;

/** What a reload throws away. */
interface Page {
	line: SocketLine;
	chat: ChatClient;
	end: () => void;
}

/** A browser with a page of the chat, behind a proxy of its own. */
export class FaultClient {
	readonly name: string;
	readonly proxy: Proxy;
	readonly storage = new MemoryStorage();
	readonly identity: Identity = {};
	readonly #transport: Transport;
	readonly #ledger: Ledger;
	readonly #rooms: readonly string[];
	#page: Page;
	#acknowledgedCount = 0;

	private constructor(
		name: string,
		proxy: Proxy,
		{ transport, ledger, rooms }: FaultClientOptions
	) {
		this.name = name;
		this.proxy = proxy;
		this.#transport = transport;
		this.#ledger = ledger;
		this.#rooms = rooms;
		this.#page = this.#load();
	}

	/** Opens a browser in front of a server. */
	static async open(
		name: string,
		port: number | undefined,
		options: FaultClientOptions
	): Promise<FaultClient> {
		const client = new FaultClient(name, await Proxy.start(port), options);
		await client.#begin();
		return client;
	}

	get chat(): ChatClient {
		return this.#page.chat;
	}

	get line(): SocketLine {
		return this.#page.line;
	}

	get rooms(): Room[] {
		return this.#rooms.map((room) => this.chat.open(room));
	}

	/** How many of its messages were acknowledged so far. */
	get acknowledgedCount(): number {
		return this.#acknowledgedCount;
	}

	/** Entries that are still to go out. */
	get unsettled(): OutboxEntry[] {
		return this.chat.outbox.entries.filter(({ state }) => state !== 'failed');
	}

	/** Types a text; from when this resolves it must not get lost. It never does when the page ends before. */
	async say(room: string, text: string): Promise<void> {
		const typed = { browser: this.name, room, text, isSafe: false };
		this.#ledger.typed.push(typed);
		await this.chat.open(room).say(text);
		typed.isSafe = true;
	}

	/** Throws the page away, in the middle of whatever it does, and opens it anew. */
	async reload(): Promise<void> {
		this.#unload();
		this.#page = this.#load();
		await this.#begin();
	}

	/** Forgets who it was: the token is gone, what was typed is not. */
	async loseToken(): Promise<void> {
		this.#unload();
		delete this.identity.token;
		this.#page = this.#load();
		await this.#begin();
	}

	/** Sends what was typed under an earlier identity, as the present one. */
	async adopt({ id, text }: OutboxEntry): Promise<void> {
		this.#ledger.adopted.add(text);
		await this.chat.outbox.adopt(id);
	}

	async close(): Promise<void> {
		this.#unload();
		await this.proxy.close();
	}

	#load(): Page {
		const { storage, end } = this.storage.open();
		const { identity } = this;
		const line = new SocketLine({
			url: this.proxy.url,
			transport: this.#transport,
			identity,
			onReply: (name, _payload, data) => {
				// The data of a reply has the type that belongs to its name.
				if (name === 'message:send') this.#acknowledge(data as SentMessage);
			}
		});
		const chat = new ChatClient({
			line,
			storage,
			schedule: (ms, run) => {
				const timer = setTimeout(run, ms / HASTE);
				return () => clearTimeout(timer);
			},
			...(identity.user !== undefined && { user: identity.user })
		});
		return { line, chat, end };
	}

	async #begin(): Promise<void> {
		const { chat, line } = this.#page;
		await chat.start();
		for (const room of this.#rooms) chat.open(room).history.isReaderAtEnd = true;
		line.connect();
	}

	#unload(): void {
		const { end, line, chat } = this.#page;
		end();
		line.close();
		chat.destroy();
	}

	#acknowledge({ room, id, seq }: SentMessage): void {
		this.#acknowledgedCount += 1;
		const userId = this.identity.user?.id ?? '';
		this.#ledger.acknowledged.push({ room, id, seq, userId });
		this.#ledger.count('messages acknowledged');
	}
}

export interface FaultClientOptions {
	transport: Transport;
	ledger: Ledger;
	/** The rooms that every page of it has open. */
	rooms: readonly string[];
}
