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

	/** The pages that are open; there is always one. */
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

	/** How many of its messages were acknowledged so far. */
	get acknowledgedCount(): number {
		return this.#acknowledgedCount;
	}

	/** Entries that are still to go out, as each page has them. */
	get unsettled(): OutboxEntry[] {
		return this.#pages.flatMap(({ unsettled }) => unsettled);
	}

	/** One of the open pages; numbers beyond the last begin again with the first. */
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

	/** Ends a page, in the middle of whatever it does. */
	closeTab(page: Page): void {
		page.end();
		this.#pages.splice(this.#pages.indexOf(page), 1);
	}

	/** Types in the first page. */
	async say(room: string, text: string): Promise<void> {
		await this.page(0).say(room, text);
	}

	/** Throws a page away, in the middle of whatever it does, and opens it anew. */
	async reload(page = this.page(0)): Promise<void> {
		page.end();
		this.#pages[this.#pages.indexOf(page)] = await Page.open(this, page.tab);
	}

	/** Forgets who it was: the token is gone, what was typed is not. Other pages find out when they connect again. */
	async loseToken(page = this.page(0)): Promise<void> {
		this.identities.clear();
		await this.reload(page);
	}

	/** Ends all faults on its way; its pages come back at once. */
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

	/** Called by the pages with what a server says to have stored. */
	hearAcknowledged(entry: RawEntry, seq: number, userId: string): void {
		if (entry.kind === 'message') this.#acknowledgedCount += 1;
		this.ledger.acknowledge(entry, seq, userId, this.identity);
	}
}

export interface FaultClientOptions {
	transport: Transport;
	ledger: Ledger;
	/** The rooms that every page of it has open. */
	rooms: readonly string[];
	/** The address that it has for the server. */
	address?: string;
	/** Whether its pages can wait for each other. */
	hasLocks: boolean;
}
