import type { Departure } from '../store/store.ts';
import { roomChannel, roomsOf, socketsIn, subscribe, userChannel } from './channels.ts';
import type { Chat } from './chat-types.ts';

/** How often another node's departures are looked for, of which it may not have told. */
const INTERVAL_MS = 1_000;

type Reason = 'left' | 'removed' | 'closed';

/**
 * Ends here what has ended in the store, whoever ended it: subscriptions of those who are no members any more, and
 * connections of sessions that were replaced. The store is asked, so nothing depends on being told.
 */
export class Departures {
	readonly #chat: Omit<Chat, 'departures'>;
	readonly #timer: NodeJS.Timeout | undefined;
	#upTo: number | null = null;
	#looking: Promise<void> | undefined;
	#isDue = false;

	constructor(chat: Omit<Chat, 'departures'>) {
		this.#chat = chat;
		chat.peers.on('departure:news', () => this.#lookLater());
		if (chat.store.isShared) this.#timer = setInterval(() => this.#lookLater(), INTERVAL_MS).unref();
	}

	/** Resolves when it is known from where on to look; connections are let in after that. @throws the store failed */
	async ready(): Promise<void> {
		if (this.#upTo === null) await this.look();
	}

	/** Tells the other nodes that something has ended, and ends it here. */
	async told(): Promise<void> {
		this.#chat.peers.tell('departure:news', {});
		await this.look();
	}

	/** Resolves when all that had ended before this call has ended here. @throws the store failed */
	async look(): Promise<void> {
		// One that is under way may have asked before.
		this.#isDue = true;
		this.#looking ??= this.#lookAll();
		await this.#looking;
	}

	end(): void {
		clearInterval(this.#timer);
	}

	#lookLater(): void {
		// The store says what ails it; the next time comes soon.
		this.look().catch(() => undefined);
	}

	async #lookAll(): Promise<void> {
		try {
			while (this.#isDue) {
				this.#isDue = false;
				const { upTo, departures } = await this.#chat.store.departures(this.#upTo);
				await this.#apply(departures);
				this.#upTo = upTo;
			}
		} finally {
			// In the same turn: what ends from now on needs another look.
			this.#looking = undefined;
		}
	}

	async #apply(departures: readonly Departure[]): Promise<void> {
		/** By user, what they have left and why. */
		const people = new Map<string, Map<string, Reason>>();
		for (const { kind, room, userId } of departures) {
			if (kind === 'renewed') await this.#endSessions(userId);
			else if (kind === 'closed') this.#close(room);
			else people.set(userId, (people.get(userId) ?? new Map<string, Reason>()).set(room, kind));
		}
		for (const [userId, reasons] of people) await this.refresh(userId, reasons);
	}

	/**
	 * Brings the subscriptions of a person to what the store says: they may have come back since.
	 * @returns their memberships, where they are connected here
	 */
	async refresh(userId: string, reasons: ReadonlyMap<string, Reason> = new Map<string, Reason>()) {
		const { namespace, store } = this.#chat;
		const channel = userChannel(userId);
		if (socketsIn(namespace, channel).length === 0) return [];
		const memberships = await store.roomsOf(userId);
		const sockets = socketsIn(namespace, channel);
		for (const membership of memberships) subscribe(this.#chat, sockets, membership);
		const rooms = new Set(memberships.map(({ room }) => room));
		for (const room of new Set(sockets.flatMap(roomsOf))) {
			if (!rooms.has(room)) this.#dismiss(channel, room, reasons.get(room) ?? 'left');
		}
		return memberships;
	}

	#close(room: string): void {
		this.#dismiss(roomChannel(room), room, 'closed');
	}

	#dismiss(channel: string, room: string, reason: Reason): void {
		const gone = this.#chat.namespace.local.in(channel);
		gone.emit('room:left', { room, reason });
		gone.socketsLeave(roomChannel(room));
	}

	/** Cuts the connections of a person whose session is none any more; they come back and are told so. */
	async #endSessions(userId: string): Promise<void> {
		const { namespace, store } = this.#chat;
		for (const socket of socketsIn(namespace, userChannel(userId))) {
			if (!(await store.findSession(socket.data.tokenHash))) socket.conn.close();
		}
	}
}
