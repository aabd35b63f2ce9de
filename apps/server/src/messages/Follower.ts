import { MAX_PACKET_MESSAGES, type Entry, type Head } from '@digda/protocol';
import type { Store } from '../store/store.ts';

/** How long after a failed read of the log the next one is tried. */
const RETRY_DELAY_MS = 250;

/** How long nothing is given on hints after one that was not true. */
const DISTRUST_MS = 2_000;

/** Emits the entries of one room to those who are connected here, in order, each as soon as those before it. */
export class Follower {
	readonly #store: Store;
	readonly #room: string;
	readonly #emit: (room: string, entries: Entry[]) => void;
	#delivered: Head;
	#target: number;
	#isReading = false;
	/** How often there was word of news: during a read it may come too early for it. */
	#words = 0;
	#retry: NodeJS.Timeout | undefined;
	#distrustUntilMs = -Infinity;

	/** @param delivered entries after this head are emitted */
	constructor(store: Store, room: string, delivered: Head, emit: (room: string, entries: Entry[]) => void) {
		this.#store = store;
		this.#room = room;
		this.#delivered = delivered;
		this.#target = delivered.head;
		this.#emit = emit;
	}

	/** The head up to which everything was emitted. */
	get delivered(): Head {
		return this.#delivered;
	}

	/** Takes entries at hand, ascending; where they do not follow, the log is read instead. */
	deliver(entries: Entry[]): void {
		const fresh = entries.filter(({ seq }) => seq > this.#delivered.head);
		const last = fresh.at(-1);
		if (last === undefined) return;
		if (this.#isReading || fresh[0]?.seq !== this.#delivered.head + 1) {
			this.deliverUpTo(last.seq);
			return;
		}
		this.#delivered = headOf(last);
		this.#emit(this.#room, fresh);
	}

	/** Reads what is missing up to a head from the log. */
	deliverUpTo(head: number): void {
		this.#target = Math.max(this.#target, head);
		this.#words += 1;
		if (!this.#isReading) void this.#read();
	}

	/** Looks in the log whether there is news, unless the last such word was wrong: a forged one costs one read. */
	hint(head: number): void {
		if (head > this.#delivered.head && performance.now() >= this.#distrustUntilMs) this.deliverUpTo(head);
	}

	/** Stops; nothing is emitted after it. */
	close(): void {
		clearTimeout(this.#retry);
		this.#target = 0;
	}

	async #read(): Promise<void> {
		clearTimeout(this.#retry);
		this.#isReading = true;
		try {
			while (this.#delivered.head < this.#target) {
				const words = this.#words;
				const entries = await this.#store.readLog(this.#room, this.#delivered.head, MAX_PACKET_MESSAGES);
				const last = entries.at(-1);
				if (this.#delivered.head >= this.#target) return;
				if (last === undefined) {
					this.#distrustUntilMs = performance.now() + DISTRUST_MS;
					if (this.#words !== words) continue;
					this.#target = this.#delivered.head;
					return;
				}
				this.#delivered = headOf(last);
				this.#emit(this.#room, entries);
			}
		} catch {
			// The store says in the log what ails it; the entries are safe there.
			this.#retry = setTimeout(() => void this.#read(), RETRY_DELAY_MS).unref();
		} finally {
			this.#isReading = false;
		}
	}
}

/** The head of a room when an entry was its newest. */
function headOf({ seq, said }: Entry): Head {
	return { head: seq, said };
}
