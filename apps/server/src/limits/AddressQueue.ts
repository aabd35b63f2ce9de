import { RejectionError } from '../rejection.ts';

/** So much of an address is under way at once: others wait for so many writes at most, and the thread that reads is busy. */
const MAX_UNDER_WAY = 2;

/** Sixty people behind one address have fewer requests in flight (`MAX_REQUESTS_IN_FLIGHT`). */
const MAX_WAITING = 1_000;

interface Queue {
	underWay: number;
	waiting: (() => void)[];
}

/**
 * Lets only so much of each address reach the store at once, in the order in which it came: what an address asks for
 * beyond that waits here and not before the requests of others.
 */
export class AddressQueue {
	readonly #queues = new Map<string, Queue>();

	/** How many addresses have something under way. */
	get size(): number {
		return this.#queues.size;
	}

	/**
	 * Does some work, at once where nothing of the address waits.
	 * @throws {RejectionError} with `unavailable` when too much of the address waits
	 */
	async run<Result>(address: string, work: () => Result | Promise<Result>): Promise<Result> {
		const queue = this.#queues.get(address) ?? { underWay: 0, waiting: [] };
		this.#queues.set(address, queue);
		if (queue.waiting.length >= MAX_WAITING)
			throw new RejectionError('unavailable', 'too many requests of this address wait');
		if (queue.underWay < MAX_UNDER_WAY) queue.underWay += 1;
		else await new Promise<void>((resolve) => queue.waiting.push(resolve));
		try {
			return await work();
		} finally {
			this.#leave(address, queue);
		}
	}

	#leave(address: string, queue: Queue): void {
		const next = queue.waiting.shift();
		// The next one takes the place.
		if (next) next();
		else {
			queue.underWay -= 1;
			if (queue.underWay === 0) this.#queues.delete(address);
		}
	}
}
