import { ENTRY_KINDS, type EntryKind, type RequestName, type StoredEntry } from '@digda/protocol';
import { ChatClient, type OutboxEntry, type Room } from '@digda/sync';
import type { Ledger } from './Ledger.ts';
import type { Locks } from './Locks.ts';
import type { MemoryStorage } from './MemoryStorage.ts';
import type { RawEntry } from './RawAuthor.ts';
import { SocketLine, type Identity, type Transport } from './SocketLine.ts';

/** Waits of the client (a gap, a retry) pass so much faster here. */
const HASTE = 5;

/** The kinds of entries, by the requests that send them. */
const KINDS = new Map<RequestName, EntryKind>(
	// The keys are those of the registry.
	Object.entries(ENTRY_KINDS).map(([kind, { request }]) => [request, kind as EntryKind])
);

/** What the pages of a browser share. */
export interface Browser {
	readonly name: string;
	readonly url: string;
	readonly transport: Transport;
	readonly identity: Identity;
	readonly storage: MemoryStorage;
	/** Without them it is a browser on plain http. */
	readonly locks: Locks | undefined;
	readonly ledger: Ledger;
	/** The rooms that every page has open. */
	readonly rooms: readonly string[];
	hearAcknowledged(entry: RawEntry, seq: number, userId: string): void;
}

/** A page of the chat in a browser: what a reload throws away. */
export class Page {
	/** Which tab of the browser it is in; a reload stays there. */
	readonly tab: number;
	readonly name: string;
	readonly line: SocketLine;
	readonly chat: ChatClient;
	readonly #browser: Browser;
	readonly #ends: (() => void)[];

	private constructor(browser: Browser, tab: number) {
		const { storage, locks, identity, transport, url } = browser;
		const disk = storage.open();
		const turns = locks?.open();
		const exclusive = turns?.exclusive;
		this.tab = tab;
		this.name = `${browser.name} tab ${tab}`;
		this.#browser = browser;
		this.line = new SocketLine({
			...{ url, transport, identity, exclusive },
			onReply: (name, payload, data) => {
				const kind = KINDS.get(name);
				if (!kind) return;
				// The payload and the data have the types that belong to the name of the request.
				const { seq } = data as StoredEntry;
				browser.hearAcknowledged({ kind, ...payload } as RawEntry, seq, this.chat.user?.id ?? '');
			}
		});
		this.chat = new ChatClient({
			...{ line: this.line, storage: disk.storage, exclusive, user: identity.user },
			schedule: (ms, run) => {
				const timer = setTimeout(run, ms / HASTE);
				return () => clearTimeout(timer);
			}
		});
		this.chat.outbox.changes.on(() => {
			for (const { state, text } of this.chat.outbox.entries) {
				if (state === 'failed') browser.ledger.givenUp.add(text);
			}
		});
		this.#ends = [disk.end, turns?.end ?? (() => undefined)];
	}

	/** Opens a page in a tab; it begins to connect when it knows what the storage holds. */
	static async open(browser: Browser, tab: number): Promise<Page> {
		const page = new Page(browser, tab);
		await page.chat.outbox.refresh();
		for (const room of page.rooms) room.history.isReaderAtEnd = true;
		page.line.connect();
		return page;
	}

	get rooms(): Room[] {
		return this.#browser.rooms.map((room) => this.chat.open(room));
	}

	/** Entries that are still to go out. */
	get unsettled(): OutboxEntry[] {
		return this.chat.outbox.entries.filter(({ state }) => state !== 'failed');
	}

	/** Types a text; from when this resolves it must not get lost. It never does when the page ends before. */
	async say(room: string, text: string): Promise<void> {
		const { name: browser, ledger } = this.#browser;
		const typed = { browser, page: this.name, room, text, isSafe: false };
		ledger.typed.push(typed);
		await this.chat.open(room).say(text);
		typed.isSafe = true;
	}

	/** Opens a room again that did not let one in. */
	look(room: string): void {
		if (this.chat.open(room).status !== 'rejected') return;
		this.chat.close(room);
		this.chat.open(room);
	}

	/** Sends what was typed under an earlier identity, as the present one. */
	async adopt({ id, text }: OutboxEntry): Promise<void> {
		this.#browser.ledger.adopted.add(text);
		await this.chat.outbox.adopt(id);
	}

	/** Ends it, in the middle of whatever it does. */
	end(): void {
		for (const end of this.#ends) end();
		this.line.disconnect();
		this.chat.destroy();
	}
}
