import { setTimeout as sleep } from 'node:timers/promises';

/** A store that does not answer in this time is not ready. */
const PROBE_MS = 2_000;

/** An answer of the store holds for so long, whoever asks. */
const FRESH_MS = 250;

/** Whether the store answers. However many ask at once, it is asked once in 250 ms. */
export class Readiness {
	readonly #probe: () => Promise<unknown>;
	#askedAtMs = -Infinity;
	#answer: Promise<string | undefined> | undefined;
	#isWaiting = false;

	/** @param probe asks the store. It rejects when the store has no answer */
	constructor(probe: () => Promise<unknown>) {
		this.#probe = probe;
	}

	/** @returns why the store is not ready; undefined when it is */
	findFault(): Promise<string | undefined> {
		const now = performance.now();
		if (this.#answer && (this.#isWaiting || now - this.#askedAtMs < FRESH_MS)) return this.#answer;
		this.#askedAtMs = now;
		this.#isWaiting = true;
		this.#answer = this.#ask().finally(() => (this.#isWaiting = false));
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
