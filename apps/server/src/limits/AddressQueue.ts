import { RejectionError } from '../rejection.ts';

/**
 * The most running requests of an address. Others wait for at most as many writes, and the reading thread stays busy.
 */
const MAX_RUNNING = 2;

/**
 * The most waiting requests of an address. Sixty people behind one address have fewer in flight
 * (`MAX_REQUESTS_IN_FLIGHT`).
 */
const MAX_WAITING = 1_000;

interface Queue {
	running: number;
	waiting: (() => void)[];
}

/**
 * Limits the requests of each address that use the store at once, in order of arrival. Further requests of the address
 * wait here and do not delay the requests of others.
 */
export class AddressQueue {
	readonly #queues = new Map<string, Queue>();

	/** The number of addresses with a running request. */
	get size(): number {
		return this.#queues.size;
	}

	/**
	 * Runs the work, at once if the address has capacity.
	 * @throws {RejectionError} with `unavailable` when too many requests of the address wait
	 */
	async run<Result>(address: string, work: () => Result | Promise<Result>): Promise<Result> {
		const queue = this.#queues.get(address) ?? { running: 0, waiting: [] };
		this.#queues.set(address, queue);
		if (queue.waiting.length >= MAX_WAITING)
			throw new RejectionError('unavailable', 'too many requests of this address are waiting');
		if (queue.running < MAX_RUNNING) queue.running += 1;
		else await new Promise<void>((resolve) => queue.waiting.push(resolve));
		try {
			return await work();
		} finally {
			this.#leave(address, queue);
		}
	}

	#leave(address: string, queue: Queue): void {
		const next = queue.waiting.shift();
		// The next request takes over the slot.
		if (next) next();
		else {
			queue.running -= 1;
			if (queue.running === 0) this.#queues.delete(address);
		}
	}
}
