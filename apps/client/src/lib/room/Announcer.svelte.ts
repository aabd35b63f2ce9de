import { m } from '#lib/paraglide/messages.js';

/** Messages that arrive within this time are announced together. */
const BATCH_MS = 1_000;

/** A larger batch is announced as a count. */
const MAX_READ_OUT = 3;

/** The text of the polite live region of the page, for screen readers. */
class Announcer {
	#pending: string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** The content of the live region. */
	text = $state('');

	/** Announces a message, together with the messages that follow within `BATCH_MS`. */
	announce(message: string): void {
		this.#pending.push(message);
		if (this.#timer === undefined) this.#timer = setTimeout(() => this.#flush(), BATCH_MS);
	}

	/** Announces the number of messages that were missed without a connection. */
	announceCaughtUp(count: number): void {
		this.text = m.announce_caught_up({ count });
	}

	#flush(): void {
		this.#timer = undefined;
		const messages = this.#pending.splice(0);
		const { length: count } = messages;
		this.text = count > MAX_READ_OUT ? m.announce_many({ count }) : messages.join('\n');
	}
}

export const announcer = new Announcer();
