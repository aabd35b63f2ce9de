import { setImmediate as endOfTick } from 'node:timers/promises';

/** The longest delay of a batch. */
const MAX_DELAY_MS = 5;

/**
 * Decides how long a batch waits for more entries. All entries of one tick form one batch anyway. Senders whose
 * messages went out in one packet get their replies together, and may send again together. The next batch therefore
 * waits for as many entries, at most as long as the last commit took. A packet to hundreds of members costs more than a
 * commit, so the delay speeds up all senders; see https://postgresqlco.nf/doc/en/param/commit_delay/
 */
export class GroupDelay {
	#expected = 1;
	#delayMs = 0;
	#onEnough: (() => void) | undefined;

	/** Records a stored batch. @param rooms the number of its rooms */
	stored(messages: number, rooms: number, ms: number): void {
		this.#expected = messages - rooms + 1;
		this.#delayMs = Math.min(ms, MAX_DELAY_MS);
	}

	/** Records that an entry joined the waiting ones. @param waiting their number */
	joined(waiting: number): void {
		if (waiting >= this.#expected) this.#onEnough?.();
	}

	/** Waits until the batch should begin. @param countWaiting returns the number of waiting entries */
	async wait(countWaiting: () => number): Promise<void> {
		await endOfTick();
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
