import { MAX_REQUESTS_IN_FLIGHT, type Reply } from '@digda/protocol';
import { ConnectionLost } from './requests.ts';
import { Retry } from './Retry.ts';
import type { Schedule } from './timing.ts';

/**
 * Sends the requests of a kind on one connection: in order, and a limited number at once. The gate repeats a request that the
 * server rejected with `rate_limited` after the time that the server named, so that its callers need not.
 */
export class Gate {
	/** Requests without a reply, in order: the function that sends one, and the one that fails it. */
	readonly #waiting = new Map<() => Promise<void>, (error: unknown) => void>();
	readonly #inFlight = new Set<() => Promise<void>>();
	readonly #pause: Retry;

	constructor(schedule: Schedule, random: () => number) {
		this.#pause = new Retry(schedule, random, () => this.#next());
	}

	/** Tells whether the server does not ask to wait, or all that waited has a reply. */
	get isOpen(): boolean {
		return !this.#pause.hasFailed;
	}

	/** Sends a request after those before it. @throws {ConnectionLost} when the gate is closed before the reply */
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

	/** Fails all requests that have no reply. */
	close(): void {
		this.#pause.clear();
		for (const fail of this.#waiting.values()) fail(new ConnectionLost('the connection ended'));
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
