import { roomChannel, roomsOf, socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';

/** How often is looked for what nobody told of: another node, or a store whose answer was lost. */
const INTERVAL_MS = 1_000;

/** The parts of the chat that this works with. */
type Parts = Pick<Chat, 'namespace' | 'store' | 'followers' | 'peers'>;

type Reason = 'left' | 'removed' | 'closed';

/**
 * Ends here what has ended in the store, whoever ended it: subscriptions of those who are no members any more, and
 * connections of sessions that were replaced. The store is asked, so nothing depends on being told.
 */
export class Revocations {
	readonly #chat: Parts;
	readonly #timer: NodeJS.Timeout;
	#upTo: number | null = null;
	/** The last look, however it ended. */
	#last: Promise<void> = Promise.resolve();
	/** The one that has not begun. */
	#next: Promise<void> | undefined;

	constructor(chat: Parts) {
		this.#chat = chat;
		chat.peers.on('revocation:new', () => this.#lookLater());
		this.#timer = setInterval(() => this.#lookLater(), INTERVAL_MS).unref();
	}

	/** Resolves when it is known from where on to look; connections are let in after that. @throws the store failed */
	async ready(): Promise<void> {
		if (this.#upTo === null) await this.look();
	}

	/** Tells the other nodes that something has ended, and ends it here. */
	async told(): Promise<void> {
		this.#chat.peers.tell('revocation:new', {});
		await this.look();
	}

	/** Resolves when all that had ended before this call has ended here. @throws the store failed */
	look(): Promise<void> {
		// One that is under way may have asked before.
		this.#next ??= this.#last.then(() => {
			this.#next = undefined;
			const look = this.#lookOnce();
			this.#last = look.catch(() => undefined);
			return look;
		});
		return this.#next;
	}

	end(): void {
		clearInterval(this.#timer);
	}

	#lookLater(): void {
		// The store says what ails it; the next time comes soon.
		this.look().catch(() => undefined);
	}

	async #lookOnce(): Promise<void> {
		const { upTo, revocations } = await this.#chat.store.revocations(this.#upTo);
		/** By user, what they have left and why. */
		const people = new Map<string, Map<string, Reason>>();
		const rotated = new Set<string>();
		for (const { kind, room, userId } of revocations) {
			if (kind === 'rotated') rotated.add(userId);
			else if (kind === 'closed') this.#close(room);
			else people.set(userId, (people.get(userId) ?? new Map<string, Reason>()).set(room, kind));
		}
		for (const [userId, reasons] of people) await this.refresh(userId, reasons);
		for (const userId of rotated) await this.endSessions(userId);
		this.#upTo = upTo;
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
	async endSessions(userId: string): Promise<void> {
		const { namespace, store } = this.#chat;
		const sockets = socketsIn(namespace, userChannel(userId));
		for (const tokenHash of new Set(sockets.map(({ data }) => data.tokenHash))) {
			if (await store.findSession(tokenHash)) continue;
			// One that has just rotated its session is of that.
			for (const { data, conn } of sockets) if (data.tokenHash === tokenHash) conn.close();
		}
	}
}
