import { READ_MARK_INTERVAL_MS } from '@digda/protocol';
import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

/** The read cursor of the user in one room. The server gets it at once, and then at most once per interval. */
export class ReadTracker {
	readonly #send: (seq: number) => void;
	readonly #onChange: (seq: number) => void;
	readonly #pause: Timer;
	#seq = 0;
	/** The cursor that the server has, or was sent. */
	#sentSeq = 0;

	/** @param send sends the cursor; `enter` makes up for one that was lost on its way */
	constructor(schedule: Schedule, send: (seq: number) => void, onChange: (seq: number) => void) {
		this.#send = send;
		this.#onChange = onChange;
		this.#pause = new Timer(schedule, () => this.#flush());
	}

	get seq(): number {
		return this.#seq;
	}

	/** Takes the cursor of the answer to a join. In another log (`isAnew`) the client's own one is void. */
	enter(seq: number, isAnew: boolean): void {
		this.#sentSeq = seq;
		if (isAnew) this.#seq = 0;
		this.raise(seq);
		this.#flush();
	}

	/** The server has raised its cursor by itself: an author has read their own message. */
	confirm(seq: number): void {
		this.#sentSeq = Math.max(this.#sentSeq, seq);
	}

	/** The user has read up to an entry; the cursor never goes back. */
	mark(seq: number): void {
		this.raise(seq);
		this.#flush();
	}

	/** The user has read up to an entry on another connection. */
	raise(seq: number): void {
		this.#seq = Math.max(this.#seq, seq);
		this.#onChange(this.#seq);
	}

	/** Sends what was not sent yet. */
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
