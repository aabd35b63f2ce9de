import { READ_MARK_INTERVAL_MS } from '@digda/protocol';
import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

/** The read cursor of the user in one room. The client sends it at once, and then at most once per interval. */
export class ReadTracker {
	readonly #send: (seq: number) => void;
	readonly #onChange: (seq: number) => void;
	readonly #pause: Timer;
	#seq = 0;
	/** The cursor that the server has or the client has sent. */
	#sentSeq = 0;

	/** @param send sends the cursor; `enter` repeats a request that was lost */
	constructor(schedule: Schedule, send: (seq: number) => void, onChange: (seq: number) => void) {
		this.#send = send;
		this.#onChange = onChange;
		this.#pause = new Timer(schedule, () => this.#flush());
	}

	get seq(): number {
		return this.#seq;
	}

	/** Applies the cursor of the reply to a join. In another log (`isAnew`) the client's own cursor is void. */
	enter(seq: number, isAnew: boolean): void {
		this.#sentSeq = seq;
		if (isAnew) this.#seq = 0;
		this.raise(seq);
		this.#flush();
	}

	/** Records that the server has raised its cursor, because an author has read their own message. */
	confirm(seq: number): void {
		this.#sentSeq = Math.max(this.#sentSeq, seq);
	}

	/** Marks everything up to an entry as read. The cursor never goes back. */
	mark(seq: number): void {
		this.raise(seq);
		this.#flush();
	}

	/** Applies the cursor of another connection of the user. */
	raise(seq: number): void {
		this.#seq = Math.max(this.#seq, seq);
		this.#onChange(this.#seq);
	}

	/** Sends a cursor that was not sent yet, and stops the timer. */
	close(): void {
		this.#pause.clear();
		this.#flush();
		this.#pause.clear();
	}

	#flush(): void {
		if (this.#pause.isSet || this.#seq <= this.#sentSeq) return;
		this.#sentSeq = this.#seq;
		this.#send(this.#seq);
		this.#pause.set(READ_MARK_INTERVAL_MS);
	}
}
