import { randomUUID } from 'node:crypto';
import type { User } from '@digda/protocol';
import type { Presence } from './Presence.ts';
import type { Timings } from '../timings.ts';
import type { Peers } from '../cluster/Peers.ts';
import type { RedisLine } from '../cluster/RedisLine.ts';

/** Changes of so long leave together. */
const GATHER_MS = 200;

/** What another node has said. */
interface Peer {
	/** Of its last change that is known here. */
	number: number;
	heardAtMs: number;
	/** By room and id. */
	people: Map<string, Map<User['id'], User>>;
}

/** Tells other nodes who is present here, and hears who is there; a node that falls silent has nobody any more. */
export class PresenceExchange {
	readonly #node = randomUUID();
	readonly #presence: Presence;
	readonly #nodes: Peers;
	readonly #line: Pick<RedisLine, 'isUp' | 'onReturn'>;
	readonly #deadMs: number;
	readonly #peers = new Map<string, Peer>();
	readonly #timer: NodeJS.Timeout;
	#number = 0;
	#joined = new Map<string, { room: string; user: User }>();
	#left = new Map<string, { room: string; userId: User['id'] }>();
	#gathering: NodeJS.Timeout | undefined;

	constructor(presence: Presence, nodes: Peers, line: Pick<RedisLine, 'isUp' | 'onReturn'>, timings: Timings) {
		this.#presence = presence;
		this.#nodes = nodes;
		this.#line = line;
		this.#deadMs = timings.nodeDeadMs;
		presence.onLocal((room, user, isPresent) => this.#changed(room, user, isPresent));
		nodes.on('node:alive', ({ node, number }) => this.#heard(node, number));
		nodes.on('node:gone', ({ node }) => this.#forget(node));
		nodes.on('presence:ask', ({ node }) => {
			if (node === this.#node) this.#tellWhole();
		});
		nodes.on('presence:whole', ({ node, number, present }) => {
			this.#forget(node);
			const peer: Peer = { number, heardAtMs: performance.now(), people: new Map() };
			this.#peers.set(node, peer);
			for (const { room, user } of present) this.#enter(peer, room, user);
		});
		nodes.on('presence:change', ({ node, number, joined, left }) => {
			const peer = this.#heard(node, number - 1);
			if (!peer) return;
			peer.number = number;
			for (const { room, user } of joined) this.#enter(peer, room, user);
			for (const { room, userId } of left) this.#leave(peer, room, userId);
		});
		line.onReturn(() => {
			// Nobody could be heard.
			for (const peer of this.#peers.values()) peer.heardAtMs = performance.now();
			this.#tellAlive();
		});
		this.#timer = setInterval(() => {
			this.#tellAlive();
			this.#bury();
		}, timings.nodeAliveIntervalMs).unref();
	}

	/** Somebody has come to a room on this node, or has left it. */
	#changed(room: string, user: User, isPresent: boolean): void {
		const key = `${room} ${user.id}`;
		this.#joined.delete(key);
		this.#left.delete(key);
		if (isPresent) this.#joined.set(key, { room, user });
		else this.#left.set(key, { room, userId: user.id });
		this.#gathering ??= setTimeout(() => this.#tellChange(), GATHER_MS).unref();
	}

	/** Takes leave of the others. */
	end(): void {
		clearInterval(this.#timer);
		clearTimeout(this.#gathering);
		this.#nodes.tell('node:gone', { node: this.#node });
	}

	#tellAlive(): void {
		this.#nodes.tell('node:alive', { node: this.#node, number: this.#number });
	}

	#tellChange(): void {
		this.#gathering = undefined;
		this.#number += 1;
		this.#nodes.tell('presence:change', {
			...{ node: this.#node, number: this.#number },
			joined: [...this.#joined.values()].map(({ room, user }) => ({ room, user: { id: user.id, name: user.name } })),
			left: [...this.#left.values()]
		});
		this.#joined.clear();
		this.#left.clear();
	}

	#tellWhole(): void {
		if (this.#gathering) {
			clearTimeout(this.#gathering);
			this.#tellChange();
		}
		const present = [...this.#presence.local()].map(({ room, user }) => ({
			room,
			user: { id: user.id, name: user.name }
		}));
		this.#nodes.tell('presence:whole', { node: this.#node, number: this.#number, present });
	}

	/** Notes that a node lives. @returns what is known of it, unless something of that was missed: then it is asked */
	#heard(node: string, number: number): Peer | undefined {
		const peer = this.#peers.get(node);
		if (peer) peer.heardAtMs = performance.now();
		if (peer?.number === number) return peer;
		this.#nodes.tell('presence:ask', { node });
		return undefined;
	}

	#enter({ people }: Peer, room: string, user: User): void {
		const here = people.get(room) ?? new Map<User['id'], User>();
		people.set(room, here);
		if (!here.has(user.id)) this.#presence.enterElsewhere(room, user);
		here.set(user.id, user);
	}

	#leave({ people }: Peer, room: string, userId: User['id']): void {
		const here = people.get(room);
		if (!here?.delete(userId)) return;
		if (here.size === 0) people.delete(room);
		this.#presence.leaveElsewhere(room, userId);
	}

	#forget(node: string): void {
		const peer = this.#peers.get(node);
		this.#peers.delete(node);
		for (const [room, people] of peer?.people ?? []) {
			for (const id of people.keys()) this.#presence.leaveElsewhere(room, id);
		}
	}

	#bury(): void {
		if (!this.#line.isUp) return;
		for (const [node, { heardAtMs }] of this.#peers) {
			if (performance.now() - heardAtMs > this.#deadMs) this.#forget(node);
		}
	}
}
