import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NginxServer } from '@digda/testkit/engines/NginxServer.ts';
import { runSql, type Ending } from '@digda/testkit/engines/PostgresServer.ts';
import { Club } from '../Club.ts';
import type { FaultCommand } from '@digda/testkit/faults/commands.ts';
import { FaultClient } from '../FaultClient.ts';
import { Ledger } from '../Ledger.ts';
import { RawAuthor } from '../RawAuthor.ts';
import type { Stored } from '../read-log.ts';
import type { KnownIdentity } from '../BrowserIdentity.ts';
import type { TestedWorld } from '../TestedWorld.ts';
import { Observer } from '../Observer.ts';
import type { WorldOptions } from '../World.ts';
import { ClusterNode } from './ClusterNode.ts';
import { Forger } from './Forger.ts';
import type { Ground } from './Ground.ts';
import { Lasting } from './Lasting.ts';
import { SharedLog } from './SharedLog.ts';

export const NODES = 3;

/** With these times a dead node or connection to Redis is noticed within seconds. */
const SHORT_TIMINGS = {
	nodeAliveIntervalMs: 500,
	nodeDeadMs: 4_000,
	redisPingIntervalMs: 1_000,
	redisPingTimeoutMs: 600
};

export interface ClusterWorldOptions extends WorldOptions {
	/** Whether the browsers bypass nginx: then each connects to the node of its index, modulo the number of nodes. */
	isDirect?: boolean;
}

/** Nodes that are restarted after every end, on one PostgreSQL and one Redis, behind nginx, with browsers. */
export class ClusterWorld implements TestedWorld {
	readonly ledger = new Ledger();
	readonly rooms: readonly string[];
	readonly clients: FaultClient[] = [];
	readonly nodes: ClusterNode[] = [];
	readonly forger: Forger;
	readonly #ground: Ground;
	readonly #database: string;
	readonly #directory: string;
	readonly #log: SharedLog;
	readonly #lasting = new Lasting();
	readonly #authors: RawAuthor[] = [];
	readonly #observers: Observer[] = [];
	#nginx: NginxServer | undefined;
	#club: Club | undefined;

	private constructor(ground: Ground, database: string, directory: string, rooms: readonly string[]) {
		this.#ground = ground;
		this.#database = database;
		this.#directory = directory;
		this.rooms = rooms;
		this.#log = new SharedLog(database);
		this.forger = new Forger(ground.redis.url);
	}

	/** Starts everything. `close` ends it. */
	static async open(ground: Ground, options: ClusterWorldOptions): Promise<ClusterWorld> {
		const database = await ground.postgres.createDatabase();
		const directory = await mkdtemp(join(tmpdir(), 'digda-cluster-'));
		const world = new ClusterWorld(ground, database, directory, options.rooms);
		try {
			await world.#start(options);
			return world;
		} catch (error) {
			await world.close();
			throw error;
		}
	}

	get club(): Club | undefined {
		return this.#club;
	}

	/** @throws {RangeError} when there is none */
	node(number: number): ClusterNode {
		const node = this.nodes[number];
		if (!node) throw new RangeError(`there is no node ${number}`);
		return node;
	}

	/** Makes a connection without an outbox and nginx, each one to the next node. */
	author(identity: KnownIdentity = {}, number = this.#authors.length % NODES): RawAuthor {
		const author = new RawAuthor(this.node(number).url, this.ledger, identity);
		this.#authors.push(author);
		return author;
	}

	async command(command: FaultCommand): Promise<void> {
		// A paused node would answer later, and delay all others.
		const awake = this.nodes.filter(({ isPaused }) => !isPaused);
		await Promise.all(awake.map(({ server }) => server.command(command)));
	}

	outputs(): { name: string; output: string }[] {
		return this.nodes.map(({ name, server }) => ({ name, output: server.output }));
	}

	async read<Result>(read: (stored: Stored) => Promise<Result> | Result): Promise<Result> {
		// Steps read too, and PostgreSQL may be down.
		await this.#lasting.over('PostgreSQL');
		return await read(this.#log);
	}

	/** Pauses a node for a while. */
	async stop(number: number, ms: number): Promise<void> {
		const node = this.node(number);
		await this.#lasting.hurt(
			node.name,
			ms,
			() => node.pause(),
			() => node.resume()
		);
	}

	/** Kills Redis, and starts it again, empty, after a while. */
	async killRedis(ms: number): Promise<void> {
		const { redis } = this.#ground;
		await this.#lasting.hurt(
			'Redis',
			ms,
			() => redis.kill(),
			() => redis.startAgain()
		);
	}

	/** Pauses Redis for a while. */
	async freezeRedis(ms: number): Promise<void> {
		const { redis } = this.#ground;
		await this.#lasting.hurt(
			'Redis',
			ms,
			() => redis.pause(),
			() => redis.resume()
		);
	}

	/** Cuts a node from Redis for a while, silently or with an error. */
	async cutFromRedis(number: number, isSilent: boolean, ms: number): Promise<void> {
		const { name, redis } = this.node(number);
		const { target } = redis;
		await this.#lasting.hurt(
			`Redis of ${name}`,
			ms,
			() => {
				if (isSilent) {
					redis.mute('up', 'down');
					redis.isBlackHole = true;
				} else {
					redis.target = undefined;
					redis.reset();
				}
			},
			() => {
				redis.target = target;
				redis.heal();
			}
		);
	}

	async terminateBackends(): Promise<void> {
		await this.#lasting.hurt(
			'PostgreSQL',
			0,
			() => this.#ground.postgres.terminateBackends(),
			() => undefined
		);
	}

	/** Stops PostgreSQL, and starts it again after a while. */
	async restartPostgres(ending: Ending, ms: number): Promise<void> {
		const { postgres } = this.#ground;
		await this.#lasting.hurt(
			'PostgreSQL',
			ms,
			() => postgres.halt(ending),
			() => postgres.startAgain()
		);
	}

	/** Resolves when all temporary faults have ended. */
	async faultsOver(): Promise<void> {
		await this.#lasting.over();
	}

	/** Resolves when all faults have ended, and all nodes run without any. */
	async heal(): Promise<void> {
		await this.#lasting.over();
		for (const node of this.nodes) node.resume();
		for (let hasEnded = true; hasEnded;) {
			for (const node of this.nodes) await node.up();
			// A node can still reach its armed point.
			await this.command({ fault: 'calm' });
			await new Promise(setImmediate);
			hasEnded = this.nodes.some(({ server }) => !server.isRunning);
		}
		for (const client of this.clients) client.heal();
	}

	/** Ends everything but the ground, which is intact again, and removes all files. */
	async close(): Promise<void> {
		await this.#lasting.over();
		for (const one of [...this.#authors, ...this.#observers, this.forger]) one.close();
		for (const client of this.clients) await client.close();
		await Promise.all(this.nodes.map((node) => node.close()));
		await this.#nginx?.stop();
		await this.#log.close();
		const name = new URL(this.#database).pathname.slice(1);
		await runSql(this.#ground.postgres.url, `DROP DATABASE ${name} WITH (FORCE)`);
		await rm(this.#directory, { recursive: true, force: true });
	}

	async #start(options: ClusterWorldOptions) {
		const { transports, rooms, hasLocks = true, hasClub = false, isDirect = false, timings } = options;
		const shared = { DATABASE_URL: this.#database, TRUST_PROXY: isDirect ? '0' : '1' };
		const redisPort = Number(new URL(this.#ground.redis.url).port);
		const { ledger } = this;
		for (let number = 0; number < NODES; number += 1) {
			const options = {
				name: `node ${number}`,
				directory: this.#directory,
				variables: shared,
				timings: { ...SHORT_TIMINGS, ...timings },
				redisPort,
				ledger
			};
			this.nodes.push(await ClusterNode.open(options));
		}
		if (!isDirect) this.#nginx = await NginxServer.start(this.nodes.map(({ port }) => port));
		for (const node of this.nodes) await node.up();
		if (hasClub) this.#club = await Club.open((identity) => this.author(identity), ledger);
		const open = this.#club ? [...rooms, this.#club.room] : rooms;
		const front = this.#nginx && Number(new URL(this.#nginx.url).port);
		for (const [index, transport] of transports.entries()) {
			// nginx sends the same address to the same node.
			const options = { transport, rooms: open, hasLocks, ledger, address: `127.0.0.${index + 2}` };
			const port = front ?? this.node(index % NODES).port;
			this.clients.push(await FaultClient.open(`browser${index}`, port, options));
		}
		await this.#club?.admitAll(this.clients);
		for (const { name, url } of this.nodes) {
			this.#observers.push(new Observer(`the observer of ${name}`, url, rooms, this.#club?.room, ledger));
		}
	}
}
