import { MAX_REQUESTS_IN_FLIGHT, type Reply } from '@digda/protocol';
import { ConnectionLost } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Schedule } from './timing.ts';

/**
 * Sends the requests of one kind on one connection, in order, with a limited number in flight. The gate repeats a request
 * that the server rejected with `rate_limited`, after the time that the server named.
 */
export class Gate {
	/** The requests without a reply, in order: the function that sends a request, and the function that fails it. */
	readonly #waiting = new Map<() => Promise<void>, (error: unknown) => void>();
	readonly #inFlight = new Set<() => Promise<void>>();
	readonly #pause: Retry;

	constructor(schedule: Schedule, random: () => number) {
		this.#pause = new Retry(schedule, random, () => this.#next());
	}

	/** Tells whether the server has not asked the client to wait, or all waiting requests have a reply. */
	get isOpen(): boolean {
		return !this.#pause.hasFailed;
	}

	/** Sends a request after the earlier ones. @throws {ConnectionLost} when the gate is closed before the reply */
	pass<Data>(send: () => Promise<Reply<Data>>): Promise<Reply<Data>> {
		const { promise, resolve, reject } = Promise.withResolvers<Reply<Data>>();
		const attempt = async () => {
			this.#inFlight.add(attempt);
			const reply = await send().catch(reject);
			this.#inFlight.delete(attempt);
			if (reply?.ok === false && reply.error.code === 'rate_limited') {
				if (this.#waiting.has(attempt)) this.#pause.fail(reply.error.retryAfterMs);
				return;
			}
			if (reply) resolve(reply);
			this.#waiting.delete(attempt);
			this.#next();
		};
		this.#waiting.set(attempt, reject);
		this.#next();
		return promise;
	}

	/** Fails all requests that have no reply. */
	close(): void {
		this.#pause.clear();
		for (const fail of this.#waiting.values()) fail(new ConnectionLost('the connection ended'));
		this.#waiting.clear();
	}

	#next(): void {
		if (this.#waiting.size === 0) this.#pause.succeed();
		const limit = this.isOpen ? MAX_REQUESTS_IN_FLIGHT : 1;
		for (const attempt of this.#waiting.keys()) {
			if (this.#pause.isSet || this.#inFlight.size >= limit) return;
			if (!this.#inFlight.has(attempt)) void attempt();
		}
	}
}
