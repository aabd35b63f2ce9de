import { setTimeout as pause } from 'node:timers/promises';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { FaultServer } from '@digda/testkit/faults/FaultServer.ts';
import type { Timings } from '../../../src/timings.ts';
import type { Ledger } from '../Ledger.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { until } from '@digda/testkit/faults/until.ts';

/** The pause after a failed start, in milliseconds. */
const RETRY_MS = 100;

/** The only allowed reason of a failed start. */
const NO_DATABASE = 'the database cannot be used';

export interface ClusterNodeOptions {
	name: string;
	/** An existing folder of its own. */
	directory: string;
	/** Its environment, without its port and Redis. */
	variables: Record<string, string>;
	timings?: Partial<Timings> | undefined;
	redisPort: number;
	ledger: Ledger;
}

/**
 * One of several servers on one log. It is restarted on its own port after every end, and reaches Redis through a proxy.
 * An end by itself is a complaint.
 */
export class ClusterNode {
	readonly name: string;
	readonly port: number;
	readonly server: FaultServer;
	/** The proxy between the node and Redis. */
	readonly redis: Proxy;
	readonly #ledger: Ledger;
	#isWanted = true;
	#hasListened = false;
	/** How often it was killed, perhaps before it listened. */
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

	/** Prepares a node. `up` waits until it listens. */
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

	/** Waits until the node listens. @throws when that takes too long */
	async up(): Promise<void> {
		await until(() =>
			this.#hasListened ? undefined : `${this.name} does not listen: ${this.server.output.slice(-2_000)}`
		);
	}

	/** Kills the node. */
	async kill(): Promise<void> {
		this.#kills += 1;
		this.#isPaused = false;
		await this.server.stop('SIGKILL');
	}

	/** Stops the node in order. */
	async end(): Promise<void> {
		this.resume();
		await this.up();
		await this.server.stop('SIGTERM');
	}

	/** Pauses the node until `resume`. */
	pause(): void {
		this.#isPaused = true;
		this.server.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.server.resume();
	}

	/** Kills the node, which stays down until `comeBack`. */
	async leave(): Promise<void> {
		this.#isWanted = false;
		await this.kill();
	}

	comeBack(): void {
		this.#isWanted = true;
		this.#starting = this.#startAgain();
	}

	/** Ends the node for good. */
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
		// `#startAgain` handles an end before the node listens.
		if (!this.#hasListened) return;
		this.#hasListened = false;
		this.#isPaused = false;
		void this.server.ended.then((end) => {
			if (end !== 'SIGKILL' && end !== 0) this.#complain(`ended with ${end}`);
		});
		if (this.#isWanted) this.#starting = this.#startAgain();
	}

	/** Starts the node until it runs, as a supervisor does. */
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
