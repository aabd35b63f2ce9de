import { MAX_REQUESTS_IN_FLIGHT, type Reply } from '@digda/protocol';
import { LineLost } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Schedule } from './timing.ts';

/**
 * Where the requests of a kind leave on one connection: in order, and only so many at once. What the server rejects
 * with `rate_limited` is repeated here when the time is over, so that nobody else has to know of it.
 */
export class Gate {
	/** What has no answer yet, in the order in which it was asked: how it leaves, and how it fails. */
	readonly #waiting = new Map<() => Promise<void>, (error: unknown) => void>();
	readonly #inFlight = new Set<() => Promise<void>>();
	readonly #pause: Retry;

	constructor(schedule: Schedule, random: () => number) {
		this.#pause = new Retry(schedule, random, () => this.#next());
	}

	/** Whether the server has not asked to wait, or all that waited is through. */
	get isOpen(): boolean {
		return !this.#pause.hasFailed;
	}

	/** Sends something when its turn has come. @throws {LineLost} when the gate is closed before the reply */
	pass<Data>(send: () => Promise<Reply<Data>>): Promise<Reply<Data>> {
		const { promise, resolve, reject } = Promise.withResolvers<Reply<Data>>();
		const leave = async () => {
			this.#inFlight.add(leave);
			const reply = await send().catch(reject);
			this.#inFlight.delete(leave);
			if (reply?.ok === false && reply.error.code === 'rate_limited') {
				if (this.#waiting.has(leave)) this.#pause.fail(reply.error.retryAfterMs);
				return;
			}
			if (reply) resolve(reply);
			this.#waiting.delete(leave);
			this.#next();
		};
		this.#waiting.set(leave, reject);
		this.#next();
		return promise;
	}

	/** Waits for nothing any more. */
	close(): void {
		this.#pause.clear();
		for (const fail of this.#waiting.values()) fail(new LineLost('the connection ended'));
		this.#waiting.clear();
	}

	#next(): void {
		if (this.#waiting.size === 0) this.#pause.succeed();
		for (const leave of this.#waiting.keys()) {
			if (this.#pause.isSet || this.#inFlight.size >= (this.isOpen ? MAX_REQUESTS_IN_FLIGHT : 1)) return;
			if (!this.#inFlight.has(leave)) void leave();
		}
	}
}
