import { setImmediate as endOfTurn } from 'node:timers/promises';

/** No batch waits longer for others to join it. */
const MAX_DELAY_MS = 5;

/**
 * How long a batch waits for more to join it. What arrives in one turn of the event loop is one batch in any case. When
 * messages of the last batch went out in one packet, their senders are answered at the same time and may send again at the
 * same time: then it waits for as many, at most as long as the last batch took to store. A packet to hundreds of members
 * costs more than a commit, so this makes all of them faster; see https://postgresqlco.nf/doc/en/param/commit_delay/
 */
export class GroupDelay {
	#expected = 1;
	#delayMs = 0;
	#onEnough: (() => void) | undefined;

	/** A batch was stored. @param rooms how many rooms it was for */
	stored(messages: number, rooms: number, ms: number): void {
		this.#expected = messages - rooms + 1;
		this.#delayMs = Math.min(ms, MAX_DELAY_MS);
	}

	/** Another one waits; so many are there now. */
	joined(waiting: number): void {
		if (waiting >= this.#expected) this.#onEnough?.();
	}

	/** Waits until a batch is to begin. @param countWaiting says how many wait at the moment */
	async wait(countWaiting: () => number): Promise<void> {
		await endOfTurn();
		if (countWaiting() >= this.#expected) return;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, this.#delayMs);
			this.#onEnough = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#onEnough = undefined;
	}
}
