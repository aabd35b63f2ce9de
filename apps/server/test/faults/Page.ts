import {
	ENTRY_KINDS,
	type EntryKind,
	type RequestName,
	type RoomSummary,
	type StoredEntry,
	type User
} from '@digda/protocol';
import { isMessage, RoomList, Rooms, type OutboxEntry, type Room, type Session } from '@digda/sync';
import type { BrowserIdentity } from './BrowserIdentity.ts';
import type { FaultSocket, Transport } from './FaultSocket.ts';
import type { Ledger } from './Ledger.ts';
import type { Locks } from './Locks.ts';
import type { MemoryStorage } from './MemoryStorage.ts';
import type { Random } from './random.ts';
import type { RawEntry } from './RawAuthor.ts';
import { openSession } from './open-session.ts';
import { textOf } from './text-of.ts';

/** Waits of the client (a gap, a retry) pass so much faster here. */
const HASTE = 5;

/** A reply is to one of so many newest messages. */
const REPLIED = 10;

/** The kinds of entries, by the requests that send them. */
const KINDS = new Map<RequestName, EntryKind>(
	// The keys are those of the registry.
	Object.entries(ENTRY_KINDS).map(([kind, { request }]) => [request, kind as EntryKind])
);

/** The parts of a browser that its pages share. */
export interface Browser {
	readonly name: string;
	readonly url: string;
	readonly transport: Transport;
	readonly identities: BrowserIdentity;
	readonly storage: MemoryStorage;
	/** Without them it is a browser on plain http. */
	readonly locks: Locks | undefined;
	readonly ledger: Ledger;
	/** The rooms that every page has open. */
	readonly openRooms: readonly string[];
	hearAcknowledged(entry: RawEntry, seq: number, userId: string): void;
}

/** A page of the chat in a browser: what a reload throws away. */
export class Page {
	/** The number of its tab; a reload stays in it. */
	readonly tab: number;
	readonly name: string;
	readonly socket: FaultSocket;
	readonly session: Session;
	readonly rooms: Rooms;
	readonly #browser: Browser;
	readonly #ends: (() => void)[];

	private constructor(browser: Browser, tab: number) {
		const { storage, locks, identities, transport, url } = browser;
		const disk = storage.open();
		const turns = locks?.open();
		const exclusive = turns?.exclusive;
		this.tab = tab;
		this.name = `${browser.name} tab ${tab}`;
		this.#browser = browser;
		const { socket, session, schedule } = openSession({
			...{ url, transport, identities: identities.openTab(), exclusive, haste: HASTE },
			onReply: (name, payload, data) => {
				const kind = KINDS.get(name);
				if (!kind) return;
				// The payload and the data have the types that belong to the name of the request.
				const { seq } = data as StoredEntry;
				browser.hearAcknowledged({ kind, ...payload } as RawEntry, seq, session.user?.id ?? '');
			}
		});
		this.socket = socket;
		this.session = session;
		this.rooms = new Rooms({ session, schedule, exclusive, storage: disk.storage });
		this.rooms.outbox.changes.on(() => {
			for (const entry of this.rooms.outbox.entries) {
				if (entry.state === 'failed') browser.ledger.givenUp.add(textOf(entry));
			}
		});
		this.#ends = [disk.end, turns?.end ?? (() => undefined)];
	}

	/** Opens a page in a tab; it begins to connect when it knows what the storage holds. */
	static async open(browser: Browser, tab: number): Promise<Page> {
		const page = new Page(browser, tab);
		await page.rooms.outbox.load();
		for (const room of page.opened) room.history.isReaderAtEnd = true;
		void page.session.connect();
		return page;
	}

	/** The rooms that every page has open. */
	get opened(): Room[] {
		return this.#browser.openRooms.map((room) => this.rooms.open(room));
	}

	/** Entries that are still to go out. */
	get unsettled(): OutboxEntry[] {
		return this.rooms.outbox.entries.filter(({ state }) => state !== 'failed');
	}

	/**
	 * Types a text; from when this resolves it must not get lost. It never does when the page ends before.
	 * @param random chooses a message that it replies to, sent or waiting
	 */
	async say(room: string, text: string, random?: Random): Promise<void> {
		const { name: browser, ledger } = this.#browser;
		const mentions = random?.chance(0.3) ? [random.pick(this.#peopleIn(room))] : [];
		const said = [text, ...mentions.map((mention) => `@${mention.name}`)].join(' ');
		if (mentions.length > 0) ledger.count('messages with a mention');
		const typed = { browser, page: this.name, room, text: said, isSafe: false };
		ledger.typed.push(typed);
		const { messages, entries } = this.rooms.open(room);
		// Nobody replies to a topic.
		const sources = [...messages.slice(-REPLIED).filter(({ isTopic }) => !isTopic), ...entries.filter(isMessage)];
		const replyTo = random && sources.length > 0 ? random.pick(sources) : undefined;
		if (replyTo) ledger.count('content' in replyTo ? 'replies to a waiting message' : 'replies to a sent message');
		await this.rooms.open(room).say(said, { replyTo, mentions });
		typed.isSafe = true;
	}

	/** The people whom a page may mention. */
	#peopleIn(room: string): readonly User[] {
		const { people, timeline } = this.rooms.open(room);
		return [{ id: 'nobody', name: 'Nobody' }, ...people.members, ...timeline.messages.map(({ author }) => author)];
	}

	/** Opens a room again that did not let one in. */
	look(room: string): void {
		if (this.rooms.open(room).status !== 'rejected') return;
		this.rooms.close(room);
		this.rooms.open(room);
	}

	/** Sends what was typed under an earlier identity, as the present one. */
	async adopt(entry: OutboxEntry): Promise<void> {
		this.#browser.ledger.adopted.add(textOf(entry));
		await this.rooms.outbox.adopt(entry.id);
	}

	/** Reads the list of rooms once. @throws {RejectionError} @throws {ConnectionLost} */
	async list(): Promise<readonly RoomSummary[]> {
		const list = new RoomList(this.session, this.rooms);
		list.dispose();
		return await list.load();
	}

	/** Ends it, in the middle of whatever it does. */
	end(): void {
		for (const end of this.#ends) end();
		this.session.close();
		this.rooms.dispose();
	}
}
