import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseThread } from './DatabaseThread.ts';
import { isDamaged } from './sqlite-error.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

export interface ThreadSupervisorOptions {
	/** Starts a thread. @throws the database is not to be had just now */
	open: () => Promise<DatabaseThread>;
	/** A thread has ended; another one is started, unless the database is damaged. */
	onEnd: (reason: string) => void;
	/** The database is damaged: no other thread is started. */
	onDamage: (reason: string) => void;
	/** Another one has the database open. */
	onReopen: () => void;
	/** An attempt has failed; the next one follows. */
	onFailure: (error: unknown) => void;
}

/** A connection to the database, which is replaced whenever its thread ends, until it is closed or the database is damaged. */
export class ThreadSupervisor {
	readonly #options: ThreadSupervisorOptions;
	readonly #closing = new AbortController();
	#current: DatabaseThread | undefined;
	#kept: Promise<void> | undefined;

	constructor(options: ThreadSupervisorOptions) {
		this.#options = options;
	}

	/** The connection of the moment; there is none before the first one and while one is replaced. */
	get current(): DatabaseThread | undefined {
		return this.#current;
	}

	/** Begins, unless it has begun. @param first a connection that is open already */
	start(first?: DatabaseThread): void {
		this.#current ??= first;
		this.#kept ??= this.#keep(first);
	}

	/** Ends the thread after everything that it was asked before. */
	async close(): Promise<void> {
		if (!this.#closing.signal.aborted) {
			this.#closing.abort();
			await this.#current?.close();
		}
		await this.#kept;
	}

	async #keep(first: DatabaseThread | undefined): Promise<void> {
		const { signal } = this.#closing;
		let connection = first ?? (await this.#open(0));
		while (connection) {
			this.#current = connection;
			// It may have been opened while this was closed.
			if (signal.aborted) await connection.close();
			const { reason, isDamage } = await connection.ended;
			this.#current = undefined;
			if (signal.aborted) return;
			this.#options.onEnd(reason);
			if (isDamage) {
				this.#options.onDamage(reason);
				return;
			}
			connection = await this.#open(FIRST_RETRY_MS);
			this.#current = connection;
			if (connection) this.#options.onReopen();
		}
	}

	/** Tries until there is a connection; without one when this was closed meanwhile, or the database is damaged. */
	async #open(firstPauseMs: number): Promise<DatabaseThread | undefined> {
		const { signal } = this.#closing;
		for (let pause = firstPauseMs; ; pause = Math.min(Math.max(2 * pause, FIRST_RETRY_MS), LAST_RETRY_MS)) {
			await sleep(pause, undefined, { signal }).catch(() => undefined);
			if (signal.aborted) return undefined;
			try {
				return await this.#options.open();
			} catch (error) {
				if (isDamaged(error)) {
					this.#options.onDamage(error.message);
					return undefined;
				}
				this.#options.onFailure(error);
			}
		}
	}
}
