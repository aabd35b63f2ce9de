/** A buffer that is filled during an event-loop tick. */
export interface Buffered {
	writeBuffered: () => void;
}

/** Writes all buffers at the end of the event-loop tick: one write per buffer, one timer for all. */
export class TickWriter {
	#waiting: Buffered[] = [];

	/** Schedules a buffer. Call it once per buffer and write. */
	add(buffer: Buffered): void {
		if (this.#waiting.push(buffer) === 1) setImmediate(this.#writeAll);
	}

	readonly #writeAll = (): void => {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const buffer of waiting) buffer.writeBuffered();
	};
}
