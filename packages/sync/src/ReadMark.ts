import { READ_MARK_INTERVAL_MS } from '@digda/protocol';
import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

/** How far one has read a room; told to the server at once, and then at most once per interval. */
export class ReadMark {
	readonly #tell: (seq: number) => void;
	readonly #onChange: (seq: number) => void;
	readonly #pause: Timer;
	#seq = 0;
	/** How far the server knows, or was told. */
	#toldSeq = 0;

	/** @param tell tells the server; what is lost on the way is made up for by `enter` */
	constructor(schedule: Schedule, tell: (seq: number) => void, onChange: (seq: number) => void) {
		this.#tell = tell;
		this.#onChange = onChange;
		this.#pause = new Timer(schedule, () => this.#send());
	}

	get seq(): number {
		return this.#seq;
	}

	/** What the server knows on joining; in another log than before, one's own word on it is void. */
	enter(seq: number, isAnew: boolean): void {
		this.#toldSeq = seq;
		if (isAnew) this.#seq = 0;
		this.hear(seq);
		this.#send();
	}

	/** The server knows that one has read so far: an author has read what they say. */
	know(seq: number): void {
		this.#toldSeq = Math.max(this.#toldSeq, seq);
	}

	/** One has read up to a message; never goes back. */
	mark(seq: number): void {
		this.hear(seq);
		this.#send();
	}

	/** One has read so far elsewhere. */
	hear(seq: number): void {
		this.#seq = Math.max(this.#seq, seq);
		this.#onChange(this.#seq);
	}

	/** Tells what is left to be told. */
	close(): void {
		this.#pause.clear();
		this.#send();
		this.#pause.clear();
	}

	#send(): void {
		if (this.#pause.isSet || this.#seq <= this.#toldSeq) return;
		this.#toldSeq = this.#seq;
		this.#tell(this.#seq);
		this.#pause.set(READ_MARK_INTERVAL_MS);
	}
}
