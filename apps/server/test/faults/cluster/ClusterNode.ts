import { setTimeout as pause } from 'node:timers/promises';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { FaultServer } from '@digda/testkit/faults/FaultServer.ts';
import type { Timings } from '../../../src/timings.ts';
import type { Ledger } from '../Ledger.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { until } from '@digda/testkit/faults/until.ts';

/** How long whoever starts a node again waits after a start that failed. */
const RETRY_MS = 100;

/** The one reason for which a node may end instead of starting. */
const NO_DATABASE = 'the database cannot be used';

export interface ClusterNodeOptions {
	name: string;
	/** An existing folder that it may have for itself. */
	directory: string;
	/** Its environment, without its port and its way to Redis. */
	variables: Record<string, string>;
	timings?: Partial<Timings> | undefined;
	redisPort: number;
	ledger: Ledger;
}

/**
 * One of several servers on one log. It has a port of its own on which it is started again whatever ends it, and a way
 * to Redis that can be hurt. That it ends by itself is a complaint.
 */
export class ClusterNode {
	readonly name: string;
	readonly port: number;
	readonly server: FaultServer;
	/** Between the node and Redis. */
	readonly redis: Proxy;
	readonly #ledger: Ledger;
	#isWanted = true;
	#hasListened = false;
	/** How often it was ended, perhaps before it listened. */
	#kills = 0;
	#isPaused = false;
	#starting: Promise<void> = Promise.resolve();

	private constructor(port: number, redis: Proxy, { name, directory, ledger, ...options }: ClusterNodeOptions) {
		this.name = name;
		this.port = port;
		this.redis = redis;
		this.#ledger = ledger;
		const own = { PORT: String(port), REDIS_URL: `redis://127.0.0.1:${redis.port}` };
		this.server = new FaultServer(directory, { timings: options.timings, variables: { ...options.variables, ...own } });
		this.server.onPort = (listening) => this.#follow(listening);
	}

	/** Prepares a node; `up` waits until it listens. */
	static async open(options: ClusterNodeOptions): Promise<ClusterNode> {
		const node = new ClusterNode(await reservePort(), await Proxy.start(options.redisPort), options);
		node.#starting = node.#startAgain();
		return node;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get isPaused(): boolean {
		return this.#isPaused;
	}

	/** Resolves when it listens. @throws when that takes too long */
	async up(): Promise<void> {
		await until(() =>
			this.#hasListened ? undefined : `${this.name} does not listen: ${this.server.output.slice(-2_000)}`
		);
	}

	/** Ends it at once. */
	async kill(): Promise<void> {
		this.#kills += 1;
		this.#isPaused = false;
		await this.server.stop('SIGKILL');
	}

	/** Ends it in good order. */
	async end(): Promise<void> {
		this.resume();
		await this.up();
		await this.server.stop('SIGTERM');
	}

	/** It stands still until `resume`. */
	pause(): void {
		this.#isPaused = true;
		this.server.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.server.resume();
	}

	/** Ends it at once, and it stays away until `comeBack`. */
	async leave(): Promise<void> {
		this.#isWanted = false;
		await this.kill();
	}

	comeBack(): void {
		this.#isWanted = true;
		this.#starting = this.#startAgain();
	}

	/** Ends it for good. */
	async close(): Promise<void> {
		await this.leave();
		await this.#starting;
		await this.redis.close();
	}

	#follow(port: number | undefined): void {
		if (port !== undefined) {
			this.#hasListened = true;
			return;
		}
		// An end before it listens is seen by who started it.
		if (!this.#hasListened) return;
		this.#hasListened = false;
		this.#isPaused = false;
		void this.server.ended.then((end) => {
			if (end !== 'SIGKILL' && end !== 0) this.#complain(`ended with ${end}`);
		});
		if (this.#isWanted) this.#starting = this.#startAgain();
	}

	/** Starts it until it runs, as an operator's supervisor does. */
	async #startAgain(): Promise<void> {
		while (this.#isWanted) {
			const kills = this.#kills;
			try {
				await this.server.start();
				return;
			} catch (error) {
				const isExcused = this.#kills > kills || String(error).includes(NO_DATABASE);
				if (!isExcused) this.#complain(`does not start: ${String(error)}`);
				await pause(RETRY_MS);
			}
		}
	}

	#complain(what: string): void {
		this.#ledger.complaints.push(`${this.name} ${what}: ${this.server.output.slice(-3_000)}`);
	}
}
