import { TYPING_INTERVAL_MS } from '@digda/protocol';
import { Timer } from './Timer.ts';
import type { Schedule } from './timing.ts';

/** Sends that the user types, at most once per interval, and immediately that the user has stopped. */
export class TypingNotice {
	readonly #send: (isTyping: boolean) => void;
	readonly #pause: Timer;
	#isSent = false;

	constructor(schedule: Schedule, send: (isTyping: boolean) => void) {
		this.#send = send;
		this.#pause = new Timer(schedule, () => undefined);
	}

	set(isTyping: boolean): void {
		if (isTyping ? this.#pause.isSet : !this.#isSent) return;
		this.#send(isTyping);
		this.#isSent = isTyping;
		if (isTyping) this.#pause.set(TYPING_INTERVAL_MS);
	}

	/** Resets the state when the connection has ended: the server has forgotten the notice. */
	close(): void {
		this.#isSent = false;
		this.#pause.clear();
	}
}
