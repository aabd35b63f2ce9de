import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { ConsumerName } from '../rules/consumers/index.ts';
import type { Store } from '../store/store.ts';

/** The delay after which new entries are consumed together. */
const BATCH_DELAY_MS = 500;

/** The interval of the scan for rooms whose entries no node has consumed, because a node ended first. */
const SCAN_MS = 30_000;

/** The ratio of a consumer's pauses to its work: the commits of requests come first. */
const PAUSE_RATIO = 9;

/** Runs a consumer in the background, room after room. */
export class ConsumerLoop {
	readonly #name: ConsumerName;
	readonly #store: Store;
	readonly #log: Pick<Logger, 'debug'>;
	/** Rooms that may have entries the consumer has not read. */
	readonly #rooms = new Set<string>();
	readonly #ending = new AbortController();
	readonly #scan: NodeJS.Timeout;
	#running: Promise<void> | undefined;

	constructor(name: ConsumerName, store: Store, log: Pick<Logger, 'debug'>) {
		this.#name = name;
		this.#store = store;
		this.#log = log;
		this.#scan = setInterval(() => void this.scan(), SCAN_MS).unref();
	}

	/** Notifies the consumer of new entries in a room. */
	notify(room: string): void {
		this.#rooms.add(room);
		this.#running ??= this.#run();
	}

	/** Finds rooms with entries that the consumer has not read. */
	async scan(): Promise<void> {
		try {
			for (const { room } of await this.#store.behind(this.#name)) this.notify(room);
		} catch (error) {
			this.#log.debug({ err: error }, 'A consumer could not find rooms with new entries');
		}
	}

	/** Ends after the current run. */
	async end(): Promise<void> {
		clearInterval(this.#scan);
		this.#ending.abort();
		await this.#running;
	}

	async #run(): Promise<void> {
		const pause = (ms: number) => sleep(ms, undefined, { ref: false, signal: this.#ending.signal });
		try {
			await pause(BATCH_DELAY_MS);
			for (const room of this.#rooms) {
				const begunAtMs = performance.now();
				// Later entries add the room again.
				this.#rooms.delete(room);
				const { left } = await this.#store.consume(this.#name, room);
				// The room goes to the end of the set, after the other rooms.
				if (left > 0) this.#rooms.add(room);
				await pause(PAUSE_RATIO * (performance.now() - begunAtMs));
			}
		} catch (error) {
			// The next scan finds the remaining entries.
			this.#rooms.clear();
			if (!this.#ending.signal.aborted) this.#log.debug({ err: error }, 'A consumer failed and will retry later');
		} finally {
			// Synchronous with the end of the loop: a room added from now on needs another run.
			this.#running = undefined;
		}
	}
}
