import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { ConsumerName } from '../rules/consumers/index.ts';
import type { Store } from '../store/store.ts';

/** New entries wait so long for others, which are worked on together with them. */
const GATHER_MS = 500;

/** Rooms are looked for that often which have entries of a node that ended before it worked on them. */
const SCAN_MS = 30_000;

/** A consumer rests so many times as long as it has worked: the commits of others come first. */
const REST = 9;

/** Has a consumer work on the log behind the commits, room after room. */
export class ConsumerLoop {
	readonly #name: ConsumerName;
	readonly #store: Store;
	readonly #log: Pick<Logger, 'debug'>;
	/** Rooms that may have entries which it has not read. */
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

	/** A room has new entries. */
	notify(room: string): void {
		this.#rooms.add(room);
		this.#running ??= this.#run();
	}

	/** Looks for rooms with entries that were not worked on. */
	async scan(): Promise<void> {
		try {
			for (const { room } of await this.#store.behind(this.#name)) this.notify(room);
		} catch (error) {
			this.#log.debug({ err: error }, 'A consumer could not look for its work');
		}
	}

	/** Ends after the entries that it works on. */
	async end(): Promise<void> {
		clearInterval(this.#scan);
		this.#ending.abort();
		await this.#running;
	}

	async #run(): Promise<void> {
		const rest = (ms: number) => sleep(ms, undefined, { ref: false, signal: this.#ending.signal });
		try {
			await rest(GATHER_MS);
			for (const room of this.#rooms) {
				const begunAtMs = performance.now();
				// Entries that come from here on set the room again.
				this.#rooms.delete(room);
				const { left } = await this.#store.consume(this.#name, room);
				// Set again, it is the last: other rooms have their turn.
				if (left > 0) this.#rooms.add(room);
				await rest(REST * (performance.now() - begunAtMs));
			}
		} catch (error) {
			// The next scan finds what is left.
			this.#rooms.clear();
			if (!this.#ending.signal.aborted) this.#log.debug({ err: error }, 'A consumer failed and tries again later');
		} finally {
			// In the same turn: a room that is added from now on needs another run.
			this.#running = undefined;
		}
	}
}
