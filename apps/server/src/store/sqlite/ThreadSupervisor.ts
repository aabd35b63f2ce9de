import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseThread } from './DatabaseThread.ts';
import { isDamaged } from './sqlite-error.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

export interface ThreadSupervisorOptions {
	/** Starts a thread. @throws the database is unavailable now */
	open: () => Promise<DatabaseThread>;
	/** Called when a thread has ended. A new one starts, unless the database is damaged. */
	onEnd: (reason: string) => void;
	/** Called when the database is damaged. No new thread starts. */
	onDamage: (reason: string) => void;
	/** Called when a new thread has the database open. */
	onReopen: () => void;
	/** Called when an attempt has failed. Another one follows. */
	onFailure: (error: unknown) => void;
}

/**
 * Keeps a database thread running: starts a new one whenever it ends, until the supervisor is closed or the database is
 * damaged.
 */
export class ThreadSupervisor {
	readonly #options: ThreadSupervisorOptions;
	readonly #closing = new AbortController();
	#current: DatabaseThread | undefined;
	#supervision: Promise<void> | undefined;

	constructor(options: ThreadSupervisorOptions) {
		this.#options = options;
	}

	/** The running thread; undefined before the first one and during a restart. */
	get current(): DatabaseThread | undefined {
		return this.#current;
	}

	/** Starts the supervision, unless it runs. @param first a thread that is already running */
	start(first?: DatabaseThread): void {
		this.#current ??= first;
		this.#supervision ??= this.#supervise(first);
	}

	/** Ends the thread after all earlier calls. */
	async close(): Promise<void> {
		if (!this.#closing.signal.aborted) {
			this.#closing.abort();
			await this.#current?.close();
		}
		await this.#supervision;
	}

	async #supervise(first: DatabaseThread | undefined): Promise<void> {
		const { signal } = this.#closing;
		let thread = first ?? (await this.#open(0));
		while (thread) {
			this.#current = thread;
			// The supervisor may have closed while the thread opened.
			if (signal.aborted) await thread.close();
			const { reason, isDamage } = await thread.ended;
			this.#current = undefined;
			if (signal.aborted) return;
			this.#options.onEnd(reason);
			if (isDamage) {
				this.#options.onDamage(reason);
				return;
			}
			thread = await this.#open(FIRST_RETRY_MS);
			this.#current = thread;
			if (thread) this.#options.onReopen();
		}
	}

	/** Retries until a thread runs. @returns undefined if this was closed meanwhile or the database is damaged */
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
