import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';

const DAY_MS = 86_400_000;

/** In milliseconds. */
export interface RetentionPace {
	/** Before the first pass: reconnecting clients go first, and a wrong clock may be corrected meanwhile. */
	start: number;
	/** Between two passes over all rooms. */
	pass: number;
	/** After each batch: requests go first. */
	batch: number;
}

const PACE: RetentionPace = { start: 60_000, pass: 3_600_000, batch: 20 };

interface RetentionOptions {
	log: Logger;
	metrics: Pick<Metrics, 'emptied'>;
	pace?: RetentionPace;
	/** The clock of `sentAt`, in milliseconds since the epoch. */
	now?: () => number;
}

/**
 * Empties messages that are older than a number of days, repeatedly, in the background and in small batches.
 * @returns a function that ends it after the current batch
 */
export function startRetention(
	store: Pick<Store, 'emptyOlder'>,
	days: number,
	{ log, metrics, pace = PACE, now = Date.now }: RetentionOptions
): () => Promise<void> {
	const ending = new AbortController();
	const { signal } = ending;
	// Wakes up at the end too, and does not keep the process alive.
	const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);

	async function pass(): Promise<void> {
		const before = now() - days * DAY_MS;
		let sum = 0;
		for (let after: string | null = ''; after !== null && !signal.aborted;) {
			const batch = await store.emptyOlder({ before, now: now() }, after);
			after = batch.after;
			sum += batch.emptied;
			metrics.emptied(batch.emptied);
			await pause(pace.batch);
		}
		if (sum > 0) log.info({ messages: sum, days }, 'Emptied old messages');
	}

	async function run(): Promise<void> {
		await pause(pace.start);
		while (!signal.aborted) {
			try {
				await pass();
			} catch (error) {
				// The store logs its own outages. The next pass continues where this one stopped.
				if (!(error instanceof StoreUnavailable)) log.error({ err: error }, 'Old messages could not be emptied');
			}
			await pause(pace.pass);
		}
	}

	const running = run();
	return async () => {
		ending.abort();
		await running;
	};
}
