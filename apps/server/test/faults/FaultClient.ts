import type { OutboxEntry } from '@digda/sync';
import { BrowserIdentity, type KnownIdentity } from './BrowserIdentity.ts';
import type { FaultSocket, Transport } from './FaultSocket.ts';
import type { Ledger } from './Ledger.ts';
import { Locks } from './Locks.ts';
import { MemoryStorage } from './MemoryStorage.ts';
import { Page, type Browser } from './Page.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import type { RawEntry } from './RawAuthor.ts';

/** A browser with pages of the chat, behind a proxy of its own. */
export class FaultClient implements Browser {
	readonly name: string;
	readonly proxy: Proxy;
	readonly storage = new MemoryStorage();
	readonly identities = new BrowserIdentity();
	readonly locks: Locks | undefined;
	readonly transport: Transport;
	readonly ledger: Ledger;
	readonly openRooms: readonly string[];
	readonly #pages: Page[] = [];
	#tabs = 0;
	#acknowledgedCount = 0;

	private constructor(name: string, proxy: Proxy, options: FaultClientOptions) {
		this.name = name;
		this.proxy = proxy;
		this.transport = options.transport;
		this.ledger = options.ledger;
		this.openRooms = options.rooms;
		this.locks = options.hasLocks ? new Locks() : undefined;
	}

	/** Opens a browser in front of a server, with one page. */
	static async open(name: string, port: number | undefined, options: FaultClientOptions): Promise<FaultClient> {
		const client = new FaultClient(name, await Proxy.start(port, options.address), options);
		await client.openTab();
		return client;
	}

	get url(): string {
		return this.proxy.url;
	}

	/** The open pages, at least one. */
	get pages(): readonly Page[] {
		return this.#pages;
	}

	/** The identity of the browser now. */
	get identity(): KnownIdentity {
		return this.identities.known;
	}

	get session(): Page['session'] {
		return this.page(0).session;
	}

	get rooms(): Page['rooms'] {
		return this.page(0).rooms;
	}

	get socket(): FaultSocket {
		return this.page(0).socket;
	}

	/** The number of its acknowledged messages so far. */
	get acknowledgedCount(): number {
		return this.#acknowledgedCount;
	}

	/** The unsent entries of each page. */
	get unsettled(): OutboxEntry[] {
		return this.#pages.flatMap(({ unsettled }) => unsettled);
	}

	/** One of the open pages. Numbers beyond the last wrap around. */
	page(number: number): Page {
		const page = this.#pages[number % this.#pages.length];
		if (!page) throw new RangeError(`${this.name} has no page`);
		return page;
	}

	/** Opens one more page of this browser. */
	async openTab(): Promise<Page> {
		const page = await Page.open(this, (this.#tabs += 1));
		this.#pages.push(page);
		return page;
	}

	/** Ends a page at once. */
	closeTab(page: Page): void {
		page.end();
		this.#pages.splice(this.#pages.indexOf(page), 1);
	}

	/** Types in the first page. */
	async say(room: string, text: string): Promise<void> {
		await this.page(0).say(room, text);
	}

	/** Ends a page at once, and opens it anew. */
	async reload(page = this.page(0)): Promise<void> {
		page.end();
		this.#pages[this.#pages.indexOf(page)] = await Page.open(this, page.tab);
	}

	/** Removes the token, but not the outbox. Other pages notice when they connect again. */
	async loseToken(page = this.page(0)): Promise<void> {
		this.identities.clear();
		await this.reload(page);
	}

	/** Ends all faults of its network. Its pages reconnect at once. */
	heal(): void {
		this.proxy.heal();
		for (const { socket } of this.#pages) {
			socket.joinCount = 0;
			socket.goOnline();
		}
	}

	async close(): Promise<void> {
		for (const page of this.#pages) page.end();
		await this.proxy.close();
	}

	/** The pages call this with each acknowledged entry. */
	hearAcknowledged(entry: RawEntry, seq: number, userId: string): void {
		if (entry.kind === 'message') this.#acknowledgedCount += 1;
		this.ledger.acknowledge(entry, seq, userId, this.identity);
	}
}

export interface FaultClientOptions {
	transport: Transport;
	ledger: Ledger;
	/** The rooms that each of its pages opens. */
	rooms: readonly string[];
	/** Its address, as the server sees it. */
	address?: string;
	/** Whether its pages can wait for each other. */
	hasLocks: boolean;
}
