import { setTimeout as sleep } from 'node:timers/promises';

/** A store without an answer by then is not ready. */
const PROBE_MS = 2_000;

/** The time that an answer of the store is reused. */
const FRESH_MS = 250;

/** Checks whether the store answers. Concurrent checks share one request to the store per 250 ms. */
export class Readiness {
	readonly #probe: () => Promise<unknown>;
	#askedAtMs = -Infinity;
	#answer: Promise<string | undefined> | undefined;
	#isPending = false;

	/** @param probe sends the store a request; it rejects when the store does not answer */
	constructor(probe: () => Promise<unknown>) {
		this.#probe = probe;
	}

	/** @returns the reason why the store is not ready; undefined when it is ready */
	findFault(): Promise<string | undefined> {
		const now = performance.now();
		if (this.#answer && (this.#isPending || now - this.#askedAtMs < FRESH_MS)) return this.#answer;
		this.#askedAtMs = now;
		this.#isPending = true;
		this.#answer = this.#ask().finally(() => (this.#isPending = false));
		return this.#answer;
	}

	async #ask(): Promise<string | undefined> {
		const late = new AbortController();
		try {
			return await Promise.race([
				this.#probe().then(() => undefined),
				sleep(PROBE_MS, 'the store does not answer', { signal: late.signal, ref: false })
			]);
		} catch {
			return 'the store is not available';
		} finally {
			late.abort();
		}
	}
}
