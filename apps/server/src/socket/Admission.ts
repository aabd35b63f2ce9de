/** The most requests served in one tick. A request of a new connection takes a millisecond in total. */
const LANES = 8;

/**
 * Serves requests in order, a few per tick. After a restart all clients reconnect at once, and a flooding client sends
 * many requests at once. Without the limit, other clients would wait for the last of them.
 */
export class Admission {
	readonly #waiting: (() => void)[] = [];
	#lanes = 0;

	/** Queues a request. Each one, with its promises, ends before the next begins. */
	enter(serve: () => void): void {
		this.#waiting.push(serve);
		if (this.#lanes === LANES) return;
		this.#lanes += 1;
		setImmediate(this.#serveNext);
	}

	readonly #serveNext = (): void => {
		this.#waiting.shift()?.();
		if (this.#waiting.length > 0) setImmediate(this.#serveNext);
		else this.#lanes -= 1;
	};
}
