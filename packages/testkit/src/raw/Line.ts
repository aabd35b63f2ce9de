import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How long whatever is waited for may take; a test that is green waits for none of it. */
const PATIENCE_MS = 20_000;

/** A TCP connection to this machine that says whatever it is told to, and keeps what it hears. */
export class Line {
	readonly #socket: Socket;
	#heard: Buffer[] = [];
	#isClosed = false;
	/** Keeps what is heard, until somebody listens. */
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
		// Told by the close that follows.
		socket.on('error', () => undefined);
	}

	/** @param localAddress whom the server takes the connection for */
	static async open(port: number, localAddress?: string): Promise<Line> {
		const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...(localAddress && { localAddress }) });
		await once(socket, 'connect');
		return new Line(socket);
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** How many bytes the system has not taken yet. */
	get waiting(): number {
		return this.#socket.writableLength;
	}

	/** Gives away what was heard and all that comes, and keeps nothing of it. */
	listen(hear: (chunk: Buffer) => void): void {
		const heard = this.#heard;
		this.#heard = [];
		this.#hear = hear;
		heard.forEach(hear);
	}

	/** Reads on, and keeps nothing of it. */
	ignore(): void {
		this.listen(() => undefined);
	}

	/** What was heard and not yet taken. */
	get heard(): Buffer {
		const heard = Buffer.concat(this.#heard);
		this.#heard = [heard];
		return heard;
	}

	/** What was heard and not yet taken, which is no longer kept. */
	take(bytes = this.heard.length): Buffer {
		const { heard } = this;
		this.#heard = [heard.subarray(bytes)];
		return heard.subarray(0, bytes);
	}

	write(data: string | Uint8Array): void {
		if (!this.#isClosed && this.#socket.writable) this.#socket.write(data);
	}

	/** Writes, and waits until the system has taken it, or the line is closed. */
	async taken(data: Uint8Array): Promise<void> {
		if (this.#isClosed) return;
		await new Promise<void>((resolve) => this.#socket.write(data, () => resolve()));
	}

	/** Gathers what is written meanwhile, so that it leaves in one write. */
	inOneWrite(act: () => void): void {
		this.#socket.cork();
		act();
		this.#socket.uncork();
	}

	/** Says that nothing more will be said. */
	end(): void {
		this.#socket.end();
	}

	/** Ends without a goodbye, as a line that breaks. */
	reset(): void {
		this.#socket.resetAndDestroy();
	}

	/** Reads no more, or again. */
	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#socket.destroy();
	}

	/** Calls back once when the line ends, on whichever side. */
	onClose(hear: () => void): void {
		this.#socket.once('close', hear);
	}

	/**
	 * Looks again with everything that is heard, and at the end of the line, until something is found.
	 * @throws when nothing is found in time
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

	/** Waits for the end of the line. */
	async closed(patienceMs = PATIENCE_MS): Promise<void> {
		await this.until('the end of the line', () => this.#isClosed || undefined, patienceMs);
	}
}
