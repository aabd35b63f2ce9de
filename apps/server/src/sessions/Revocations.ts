import { roomChannel, roomsOf, socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';

/** The polling interval. It finds revocations of other nodes, and those whose answer from the store was lost. */
const INTERVAL_MS = 1_000;

/**  */
type Parts = Pick<Chat, 'namespace' | 'store' | 'followers' | 'nodes'>;

type Reason = 'left' | 'removed' | 'closed';

/**
 * Applies the store's revocations to this node: ends subscriptions of former members and connections of replaced
 * sessions. It also begins the subscriptions that other people have caused. It reads the store, so that nothing depends on notifications from other nodes.
 */
export class Revocations {
	readonly #chat: Parts;
	readonly #timer: NodeJS.Timeout;
	#upTo: number | null = null;
	/** The last poll, failed or not. */
	#last: Promise<void> = Promise.resolve();
	/** The next poll, not begun yet. */
	#next: Promise<void> | undefined;

	constructor(chat: Parts) {
		this.#chat = chat;
		chat.nodes.on('revocation:new', () => this.#pollLater());
		this.#timer = setInterval(() => this.#pollLater(), INTERVAL_MS).unref();
	}

	/**
	 * Resolves when the current end of the revocations is known. Connections are admitted after that. @throws the store
	 * failed
	 */
	async ready(): Promise<void> {
		if (this.#upTo === null) await this.poll();
	}

	/** Notifies the other nodes of a new revocation and applies it here. */
	async propagate(): Promise<void> {
		this.#chat.nodes.send('revocation:new', {});
		await this.poll();
	}

	/** Resolves when all revocations from before this call are applied here. @throws the store failed */
	poll(): Promise<void> {
		// A running poll may have read the store before this call.
		this.#next ??= this.#last.then(() => {
			this.#next = undefined;
			const poll = this.#pollOnce();
			this.#last = poll.catch(() => undefined);
			return poll;
		});
		return this.#next;
	}

	end(): void {
		clearInterval(this.#timer);
	}

	#pollLater(): void {
		// The store logs its failure; the next poll comes soon.
		this.poll().catch(() => undefined);
	}

	async #pollOnce(): Promise<void> {
		const { upTo, revocations } = await this.#chat.store.revocations(this.#upTo);
		/** The rooms that each user left, with the reason. */
		const people = new Map<string, Map<string, Reason>>();
		const rotated = new Set<string>();
		const opened = new Set<string>();
		for (const { kind, room, userId } of revocations) {
			if (kind === 'rotated') rotated.add(userId);
			else if (kind === 'closed') this.#close(room);
			else {
				const reasons = people.get(userId) ?? new Map<string, Reason>();
				people.set(userId, kind === 'opened' ? reasons : reasons.set(room, kind));
				if (kind === 'opened') {
					opened.add(room);
					this.#open(room, userId);
				}
			}
		}
		for (const [userId, reasons] of people) {
			const memberships = await this.refresh(userId, reasons);
			for (const { room, head } of memberships) {
				if (opened.has(room)) this.#chat.followers.deliverUpTo(room, head);
			}
		}
		for (const userId of rotated) await this.endSessions(userId);
		this.#upTo = upTo;
	}

	/**
	 * Matches the subscriptions of a person with the store: the person may have joined again.
	 * @returns the memberships if the person is connected here, otherwise an empty list
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
			if (!rooms.has(room)) this.#unsubscribe(channel, room, reasons.get(room) ?? 'left');
		}
		return memberships;
	}

	/**
	 * Subscribes a person to a direct room that another person has opened, from its first entry on: the first message may
	 * have been stored already.
	 */
	#open(room: string, userId: string): void {
		const { namespace, followers } = this.#chat;
		const channel = userChannel(userId);
		subscribe(this.#chat, socketsIn(namespace, channel), { room, head: 0, said: 0 });
		// The room may be followed here for the other person. The client reads what it has missed.
		const delivered = followers.delivered(room);
		if (delivered && delivered.head > 0)
			namespace.local.in(channel).emit('room:heads', { heads: { [room]: delivered } });
	}

	#close(room: string): void {
		this.#unsubscribe(roomChannel(room), room, 'closed');
	}

	#unsubscribe(channel: string, room: string, reason: Reason): void {
		const connections = this.#chat.namespace.local.in(channel);
		connections.emit('room:left', { room, reason });
		connections.socketsLeave(roomChannel(room));
	}

	/**
	 * Closes the connections of a person whose sessions have ended. On reconnection, the server rejects their token.
	 */
	async endSessions(userId: string): Promise<void> {
		const { namespace, store } = this.#chat;
		const sockets = socketsIn(namespace, userChannel(userId));
		for (const tokenHash of new Set(sockets.map(({ data }) => data.tokenHash))) {
			if (await store.findSession(tokenHash)) continue;
			// A connection that just rotated its session belongs to the new one.
			for (const { data, conn } of sockets) if (data.tokenHash === tokenHash) conn.close();
		}
	}
}
