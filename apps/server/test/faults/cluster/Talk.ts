import type { FaultClient } from '../FaultClient.ts';
import { textOf } from '../text-of.ts';

/** Whoever has so much on its way types nothing more: a machine can be too slow for all of it. */
const MOST_WAITING = 20;

/** Browsers that type without end, in turn. */
export class Talk {
	/** The longest time that a browser's first text was on its way. */
	worstWaitMs = 0;
	/** How many texts were typed. */
	count = 0;
	readonly #clients: readonly FaultClient[];
	readonly #room: string;
	#turns = 0;
	readonly #timer: NodeJS.Timeout;
	readonly #typedAtMs = new Map<string, number>();

	/** @param perSecond how many texts all of them type together */
	constructor(clients: readonly FaultClient[], room: string, perSecond: number) {
		this.#clients = clients;
		this.#room = room;
		const start = performance.now();
		this.#timer = setInterval(() => {
			// A timer may be late, which makes no fewer texts.
			const due = ((performance.now() - start) / 1_000) * perSecond;
			while (this.#turns < due) this.#say();
			this.#measure();
		}, 20);
	}

	/** Nobody types any more. */
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
