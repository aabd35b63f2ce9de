import { randomUUID } from 'node:crypto';
import type { User } from '@digda/protocol';
import type { Presence } from './Presence.ts';
import type { Timings } from '../timings.ts';
import type { OtherNodes } from '../cluster/OtherNodes.ts';
import type { RedisClient } from '../cluster/RedisClient.ts';

/** The time during which changes are batched, in milliseconds. */
const BATCH_MS = 200;

/** The known presence of another node. */
interface RemoteNode {
	/** The number of its last known change. */
	number: number;
	seenAtMs: number;
	/** By room and user id. */
	people: Map<string, Map<User['id'], User>>;
}

/** Exchanges presence with other nodes. The people of a node without heartbeats count as offline. */
export class PresenceExchange {
	readonly #node = randomUUID();
	readonly #presence: Presence;
	readonly #nodes: OtherNodes;
	readonly #redis: Pick<RedisClient, 'isConnected' | 'onConnect'>;
	readonly #deadMs: number;
	readonly #remotes = new Map<string, RemoteNode>();
	readonly #timer: NodeJS.Timeout;
	#number = 0;
	#joined = new Map<string, { room: string; user: User }>();
	#left = new Map<string, { room: string; userId: User['id'] }>();
	#batchTimer: NodeJS.Timeout | undefined;

	constructor(
		presence: Presence,
		nodes: OtherNodes,
		redis: Pick<RedisClient, 'isConnected' | 'onConnect'>,
		timings: Timings
	) {
		this.#presence = presence;
		this.#nodes = nodes;
		this.#redis = redis;
		this.#deadMs = timings.nodeDeadMs;
		presence.onLocal((room, user, isOnline) => this.#changed(room, user, isOnline));
		nodes.on('node:alive', ({ node, number }) => this.#see(node, number));
		nodes.on('node:gone', ({ node }) => this.#forget(node));
		nodes.on('presence:ask', ({ node }) => {
			if (node === this.#node) this.#sendSnapshot();
		});
		nodes.on('presence:whole', ({ node, number, present }) => {
			this.#forget(node);
			const remote: RemoteNode = { number, seenAtMs: performance.now(), people: new Map() };
			this.#remotes.set(node, remote);
			for (const { room, user } of present) this.#enter(remote, room, user);
		});
		nodes.on('presence:change', ({ node, number, joined, left }) => {
			const remote = this.#see(node, number - 1);
			if (!remote) return;
			remote.number = number;
			for (const { room, user } of joined) this.#enter(remote, room, user);
			for (const { room, userId } of left) this.#leave(remote, room, userId);
		});
		redis.onConnect(() => {
			// No heartbeat could arrive during the outage.
			for (const remote of this.#remotes.values()) remote.seenAtMs = performance.now();
			this.#sendAlive();
		});
		this.#timer = setInterval(() => {
			this.#sendAlive();
			this.#forgetDead();
		}, timings.nodeAliveIntervalMs).unref();
	}

	/** Batches a change on this node. */
	#changed(room: string, user: User, isOnline: boolean): void {
		const key = `${room} ${user.id}`;
		this.#joined.delete(key);
		this.#left.delete(key);
		if (isOnline) this.#joined.set(key, { room, user });
		else this.#left.set(key, { room, userId: user.id });
		this.#batchTimer ??= setTimeout(() => this.#sendChange(), BATCH_MS).unref();
	}

	/** Announces that this node stops. */
	end(): void {
		clearInterval(this.#timer);
		clearTimeout(this.#batchTimer);
		this.#nodes.send('node:gone', { node: this.#node });
	}

	#sendAlive(): void {
		this.#nodes.send('node:alive', { node: this.#node, number: this.#number });
	}

	#sendChange(): void {
		this.#batchTimer = undefined;
		this.#number += 1;
		this.#nodes.send('presence:change', {
			...{ node: this.#node, number: this.#number },
			joined: [...this.#joined.values()].map(({ room, user }) => ({ room, user: { id: user.id, name: user.name } })),
			left: [...this.#left.values()]
		});
		this.#joined.clear();
		this.#left.clear();
	}

	#sendSnapshot(): void {
		if (this.#batchTimer) {
			clearTimeout(this.#batchTimer);
			this.#sendChange();
		}
		const present = [...this.#presence.local()].map(({ room, user }) => ({
			room,
			user: { id: user.id, name: user.name }
		}));
		this.#nodes.send('presence:whole', { node: this.#node, number: this.#number, present });
	}

	/**
	 * Records a heartbeat. @returns the node's known presence; undefined after a missed change, in which case it is
	 * requested
	 */
	#see(node: string, number: number): RemoteNode | undefined {
		const remote = this.#remotes.get(node);
		if (remote) remote.seenAtMs = performance.now();
		if (remote?.number === number) return remote;
		this.#nodes.send('presence:ask', { node });
		return undefined;
	}

	#enter({ people }: RemoteNode, room: string, user: User): void {
		const here = people.get(room) ?? new Map<User['id'], User>();
		people.set(room, here);
		if (!here.has(user.id)) this.#presence.enterElsewhere(room, user);
		here.set(user.id, user);
	}

	#leave({ people }: RemoteNode, room: string, userId: User['id']): void {
		const here = people.get(room);
		if (!here?.delete(userId)) return;
		if (here.size === 0) people.delete(room);
		this.#presence.leaveElsewhere(room, userId);
	}

	#forget(node: string): void {
		const remote = this.#remotes.get(node);
		this.#remotes.delete(node);
		for (const [room, people] of remote?.people ?? []) {
			for (const id of people.keys()) this.#presence.leaveElsewhere(room, id);
		}
	}

	#forgetDead(): void {
		if (!this.#redis.isConnected) return;
		for (const [node, { seenAtMs }] of this.#remotes) {
			if (performance.now() - seenAtMs > this.#deadMs) this.#forget(node);
		}
	}
}
