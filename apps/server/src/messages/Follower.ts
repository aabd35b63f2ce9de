import { MAX_PACKET_MESSAGES, type Entry, type Head } from '@digda/protocol';
import type { Store } from '../store/store.ts';

/** The delay before the next read after a failed one. */
const RETRY_DELAY_MS = 250;

/** The time during which hints are ignored after a false one. */
const DISTRUST_MS = 2_000;

/** Emits the entries of one room to its subscribers on this node, in order, each after all before it. */
export class Follower {
	readonly #store: Store;
	readonly #room: string;
	readonly #emit: (room: string, entries: Entry[]) => void;
	#delivered: Head;
	#target: number;
	#isReading = false;
	/** Counts the calls of `deliverUpTo`: one during a read may name entries that the read missed. */
	#calls = 0;
	#retry: NodeJS.Timeout | undefined;
	#distrustUntilMs = -Infinity;

	/** @param delivered the head after which entries are emitted */
	constructor(store: Store, room: string, delivered: Head, emit: (room: string, entries: Entry[]) => void) {
		this.#store = store;
		this.#room = room;
		this.#delivered = delivered;
		this.#target = delivered.head;
		this.#emit = emit;
	}

	/** The head up to which all entries were emitted. */
	get delivered(): Head {
		return this.#delivered;
	}

	/** Emits ascending entries from memory. If they do not follow the last emitted one, it reads the log instead. */
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

	/** Reads the missing entries up to a head from the log and emits them. */
	deliverUpTo(head: number): void {
		this.#target = Math.max(this.#target, head);
		this.#calls += 1;
		if (!this.#isReading) void this.#read();
	}

	/** Reads the log because of a hint, unless a hint was false within the last 2 s. A forged hint costs one read. */
	hint(head: number): void {
		if (head > this.#delivered.head && performance.now() >= this.#distrustUntilMs) this.deliverUpTo(head);
	}

	/** Stops: nothing is emitted afterwards. */
	close(): void {
		clearTimeout(this.#retry);
		this.#target = 0;
	}

	async #read(): Promise<void> {
		clearTimeout(this.#retry);
		this.#isReading = true;
		try {
			while (this.#delivered.head < this.#target) {
				const calls = this.#calls;
				const entries = await this.#store.readLog(this.#room, this.#delivered.head, MAX_PACKET_MESSAGES);
				const last = entries.at(-1);
				if (this.#delivered.head >= this.#target) return;
				if (last === undefined) {
					this.#distrustUntilMs = performance.now() + DISTRUST_MS;
					if (this.#calls !== calls) continue;
					this.#target = this.#delivered.head;
					return;
				}
				this.#delivered = headOf(last);
				this.#emit(this.#room, entries);
			}
		} catch {
			// The store logs its failure. The entries are safe in it.
			this.#retry = setTimeout(() => void this.#read(), RETRY_DELAY_MS).unref();
		} finally {
			this.#isReading = false;
		}
	}
}

/** The head of a room whose newest entry is this one. */
function headOf({ seq, said }: Entry): Head {
	return { head: seq, said };
}
