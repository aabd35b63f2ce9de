import type { FaultClient } from '../FaultClient.ts';
import { textOf } from '../text-of.ts';

/** A browser with this many unsent texts types no more: a machine can be too slow for all. */
const MOST_WAITING = 20;

/** Browsers that type in rotation until `end`. */
export class Talk {
	/** The longest time that the oldest unsent text of a browser has waited. */
	worstWaitMs = 0;
	/** The number of typed texts. */
	count = 0;
	readonly #clients: readonly FaultClient[];
	readonly #room: string;
	#turns = 0;
	readonly #timer: NodeJS.Timeout;
	readonly #typedAtMs = new Map<string, number>();

	/** @param perSecond the rate of all browsers together */
	constructor(clients: readonly FaultClient[], room: string, perSecond: number) {
		this.#clients = clients;
		this.#room = room;
		const start = performance.now();
		this.#timer = setInterval(() => {
			// A late timer does not reduce the number of texts.
			const due = ((performance.now() - start) / 1_000) * perSecond;
			while (this.#turns < due) this.#say();
			this.#measure();
		}, 20);
	}

	/** Stops typing. */
	end(): void {
		clearInterval(this.#timer);
	}

	#say(): void {
		const client = this.#clients[this.#turns % this.#clients.length];
		this.#turns += 1;
		if (!client || client.unsettled.length >= MOST_WAITING) return;
		const text = `${client.name} says ${(this.count += 1)}`;
		this.#typedAtMs.set(text, performance.now());
		void client.say(this.#room, text);
	}

	#measure(): void {
		const now = performance.now();
		for (const { unsettled } of this.#clients) {
			const [first] = unsettled;
			const typedAtMs = (first && this.#typedAtMs.get(textOf(first))) ?? now;
			this.worstWaitMs = Math.max(this.worstWaitMs, now - typedAtMs);
		}
	}
}
