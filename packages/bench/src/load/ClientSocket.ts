import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { clientFrame, readFrames } from './frames.ts';

/** Engine.IO asks whether somebody is there, and wants this. */
const [PING, PONG] = [0x32, clientFrame('3')];

/** A WebSocket that costs as little as one can: it is there to load a server, not to be right about what it hears. */
export class ClientSocket {
	#onText: (payload: Buffer) => void = () => undefined;
	readonly #socket: Socket;
	#rest: Buffer;

	private constructor(socket: Socket, rest: Buffer) {
		this.#socket = socket;
		this.#rest = rest;
		socket.on('data', (chunk) => this.#read(chunk)).on('error', () => undefined);
	}

	/** @throws when the server refuses it */
	static async open(port: number, path: string): Promise<ClientSocket> {
		const socket = connect({ port, host: '127.0.0.1', noDelay: true });
		const ended = new AbortController();
		const end = () => ended.abort(new Error('the server ended a connection before it was open'));
		socket
			.once('close', end)
			.write(
				`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
					'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
			);
		let head = Buffer.alloc(0);
		do {
			const [chunk] = (await once(socket, 'data', { signal: ended.signal })) as [Buffer];
			head = Buffer.concat([head, chunk]);
			// What comes before somebody listens waits.
			socket.pause();
		} while (!head.includes('\r\n\r\n'));
		socket.off('close', end);
		if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('latin1'));
		return new ClientSocket(socket, head.subarray(head.indexOf('\r\n\r\n') + 4));
	}

	/** Hears every text from now on, and nobody else does; the bytes are valid until it returns. */
	listen(onText: (payload: Buffer) => void): void {
		this.#onText = onText;
		this.#socket.resume();
		if (this.#rest.length > 0) this.#read(Buffer.alloc(0));
	}

	/** Waits for a text that begins like this; what comes before it is dropped. */
	until(start: string): Promise<string> {
		return new Promise((resolve, reject) => {
			const fail = () => reject(new Error(`the line ended before ${start}`));
			this.#socket.once('close', fail);
			this.listen((payload) => {
				const text = payload.toString();
				if (!text.startsWith(start)) return;
				this.#onText = () => undefined;
				this.#socket.off('close', fail);
				resolve(text);
			});
		});
	}

	/** Sends a text and waits for one that begins like `start`. */
	async ask(text: string, start: string): Promise<string> {
		const answer = this.until(start);
		this.write(clientFrame(text));
		return await answer;
	}

	/** Writes a frame. */
	write(frame: Uint8Array): void {
		this.#socket.write(frame);
	}

	onClose(hear: () => void): void {
		this.#socket.once('close', hear);
	}

	close(): void {
		this.#socket.removeAllListeners('close');
		this.#socket.destroy();
	}

	#read(chunk: Buffer): void {
		const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
		// What is said in answer leaves in one write.
		this.#socket.cork();
		const end = readFrames(bytes, (payload) => {
			if (payload.length === 1 && payload[0] === PING) this.#socket.write(PONG);
			else this.#onText(payload);
		});
		this.#socket.uncork();
		this.#rest = bytes.subarray(end);
	}
}
