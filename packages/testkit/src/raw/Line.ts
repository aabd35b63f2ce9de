import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The longest wait, in milliseconds. A green test never waits that long. */
const PATIENCE_MS = 20_000;

/** A TCP connection to this machine that writes any bytes, and keeps the bytes that it receives. */
export class Line {
	readonly #socket: Socket;
	#heard: Buffer[] = [];
	#isClosed = false;
	/** Keeps received bytes until a listener takes over. */
	#hear = (chunk: Buffer): void => void this.#heard.push(chunk);
	readonly #watchers = new Set<() => void>();

	private constructor(socket: Socket) {
		this.#socket = socket;
		const changed = () => this.#watchers.forEach((look) => look());
		socket.on('data', (chunk) => {
			this.#hear(chunk);
			changed();
		});
		socket.once('close', () => {
			this.#isClosed = true;
			changed();
		});
		// The following close reports it.
		socket.on('error', () => undefined);
	}

	/** @param localAddress the address of the client, as the server sees it */
	static async open(port: number, localAddress?: string): Promise<Line> {
		const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...(localAddress && { localAddress }) });
		await once(socket, 'connect');
		return new Line(socket);
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** The number of bytes that the system has not accepted yet. */
	get waiting(): number {
		return this.#socket.writableLength;
	}

	/** Passes all received bytes to a listener, also the kept ones, and keeps none from now on. */
	listen(hear: (chunk: Buffer) => void): void {
		const heard = this.#heard;
		this.#heard = [];
		this.#hear = hear;
		heard.forEach(hear);
	}

	/** Reads on and discards all bytes. */
	ignore(): void {
		this.listen(() => undefined);
	}

	/** The received bytes that were not taken yet. */
	get heard(): Buffer {
		const heard = Buffer.concat(this.#heard);
		this.#heard = [heard];
		return heard;
	}

	/** Takes received bytes, which are no longer kept. */
	take(bytes = this.heard.length): Buffer {
		const { heard } = this;
		this.#heard = [heard.subarray(bytes)];
		return heard.subarray(0, bytes);
	}

	write(data: string | Uint8Array): void {
		if (!this.#isClosed && this.#socket.writable) this.#socket.write(data);
	}

	/** Writes, and waits until the system has accepted the bytes or the connection is closed. */
	async taken(data: Uint8Array): Promise<void> {
		if (this.#isClosed) return;
		await new Promise<void>((resolve) => this.#socket.write(data, () => resolve()));
	}

	/** Batches the writes of a function, so that they leave in one write. */
	inOneWrite(act: () => void): void {
		this.#socket.cork();
		act();
		this.#socket.uncork();
	}

	/** Ends the sending side with a FIN. */
	end(): void {
		this.#socket.end();
	}

	/** Ends the connection with a RST, like a broken connection. */
	reset(): void {
		this.#socket.resetAndDestroy();
	}

	/** Stops reading until `resume`. */
	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#socket.destroy();
	}

	/** Calls back once when the connection ends, on either side. */
	onClose(hear: () => void): void {
		this.#socket.once('close', hear);
	}

	/**
	 * Calls `find` after all received bytes, and at the end of the connection, until it finds something.
	 * @throws when it finds nothing in time
	 */
	async until<Found>(what: string, find: () => Found | undefined, patienceMs = PATIENCE_MS): Promise<Found> {
		return await new Promise((resolve, reject) => {
			const settle = () => {
				clearTimeout(timer);
				this.#watchers.delete(look);
			};
			const look = () => {
				const found = find();
				if (found === undefined) return;
				settle();
				resolve(found);
			};
			const timer = setTimeout(() => {
				settle();
				reject(new Error(`waited ${patienceMs} ms for ${what}`));
			}, patienceMs);
			this.#watchers.add(look);
			look();
		});
	}

	/** Waits for the end of the connection. */
	async closed(patienceMs = PATIENCE_MS): Promise<void> {
		await this.until('the end of the connection', () => this.#isClosed || undefined, patienceMs);
	}
}
