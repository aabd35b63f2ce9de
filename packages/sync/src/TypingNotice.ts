import { TYPING_INTERVAL_MS } from '@digda/protocol';
import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

/** Tells that one types, at most once per interval, and at once that one has stopped. */
export class TypingNotice {
	readonly #tell: (isTyping: boolean) => void;
	readonly #pause: Timer;
	#isTold = false;

	constructor(schedule: Schedule, tell: (isTyping: boolean) => void) {
		this.#tell = tell;
		this.#pause = new Timer(schedule, () => undefined);
	}

	set(isTyping: boolean): void {
		if (isTyping ? this.#pause.isSet : !this.#isTold) return;
		this.#tell(isTyping);
		this.#isTold = isTyping;
		if (isTyping) this.#pause.set(TYPING_INTERVAL_MS);
	}

	/** The connection is gone, and with it what was told. */
	close(): void {
		this.#isTold = false;
		this.#pause.clear();
	}
}
