import type { Socket } from 'node:net';

/** The number of bytes of each chunk that travel alone. The rest follows in one piece, or a page would take seconds. */
const LONE_BYTES = 2_000;

/** The faults of a network for all bytes. */
export interface Weather {
	delayMs: number;
	isSliced: boolean;
	/** Whether a connection is reset when it carries these bytes, which do not arrive. */
	isFatal?: ((bytes: Buffer) => boolean) | undefined;
}

/** One direction of a connection: forwards bytes in order, delayed or in pieces. */
export class Pipe {
	isMute = false;
	readonly #from: Socket;
	readonly #to: Socket;
	readonly #weather: Weather;
	#queue: Promise<void> = Promise.resolve();
	#waiting = 0;

	constructor(from: Socket, to: Socket, weather: Weather) {
		this.#from = from;
		this.#to = to;
		this.#weather = weather;
		from.on('data', (chunk) => this.pass(chunk));
		// Delayed bytes arrive before the end. Where bytes vanish, the end vanishes too.
		from.on('close', () =>
			this.#enqueue(() => {
				if (!this.isMute) to.end(() => to.destroy());
			})
		);
	}

	/** @param delayMs the delay of these bytes */
	pass(chunk: Buffer, delayMs = this.#weather.delayMs): void {
		if (this.isMute) return;
		const { isSliced, isFatal } = this.#weather;
		if (isFatal?.(chunk)) {
			this.#from.resetAndDestroy();
			return;
		}
		if (this.#waiting === 0 && delayMs === 0 && !isSliced) {
			this.#write(chunk);
			return;
		}
		this.#enqueue(async () => {
			if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
			if (isSliced) await this.#writeSliced(chunk);
			else this.#write(chunk);
		});
	}

	#enqueue(run: () => Promise<void> | void): void {
		this.#waiting += 1;
		this.#queue = this.#queue.then(run).finally(() => (this.#waiting -= 1));
	}

	async #writeSliced(chunk: Buffer): Promise<void> {
		for (let index = 0; index < Math.min(chunk.length, LONE_BYTES); index += 1) {
			this.#write(chunk.subarray(index, index + 1));
			// Bytes that are written in one tick could leave in one packet.
			await new Promise((resolve) => setImmediate(resolve));
		}
		if (chunk.length > LONE_BYTES) this.#write(chunk.subarray(LONE_BYTES));
	}

	#write(bytes: Buffer): void {
		if (this.isMute || this.#to.destroyed || this.#to.write(bytes)) return;
		this.#from.pause();
		this.#to.once('drain', () => this.#from.resume());
	}
}
