import { enginePath, UPGRADE_HEADERS } from './handshake.ts';
import { frame, OPCODE, readFrames } from './frames.ts';
import { nextAnswer, requestText } from './http.ts';
import { Line } from './Line.ts';
import { ENGINE } from './packets.ts';

export interface WebSocketOptions {
	path?: string;
	/** Headers besides those of a good handshake, or instead of them. */
	headers?: Record<string, string>;
	localAddress?: string | undefined;
	/** Whether it answers the pings of Engine.IO. */
	answersPings?: boolean;
}

/** The pong of Engine.IO, made once: a load sends it very often. */
const PONG = frame(ENGINE.pong);
const NOTHING = Buffer.alloc(0);
const PING_BYTE = ENGINE.ping.charCodeAt(0);

/**
 * A WebSocket that writes any bytes. It keeps the received packets of Engine.IO, or passes them to a listener.
 */
export class WebSocketLine {
	readonly line: Line;
	/** 101, or the status of the rejection. */
	readonly status: number;
	readonly packets: string[] = [];
	readonly pongs: string[] = [];
	/** The code of the server's close frame. */
	closeCode: number | undefined;
	/** The reason in the server's close frame. */
	closeReason: Buffer | undefined;
	#saidGoodbye = false;
	/** The beginning of a frame. */
	#rest: Buffer = NOTHING;
	#onText = (payload: Buffer): void => void this.packets.push(payload.toString());
	readonly #answersPings: boolean;

	private constructor(line: Line, status: number, answersPings: boolean) {
		this.line = line;
		this.status = status;
		this.#answersPings = answersPings;
		line.listen((chunk) => this.#read(chunk));
	}

	/** Requests a WebSocket and waits for the answer, also a rejection. */
	static async open(port: number, options: WebSocketOptions = {}): Promise<WebSocketLine> {
		const { path = enginePath('websocket'), headers = {}, localAddress, answersPings = true } = options;
		const line = await Line.open(port, localAddress);
		line.write(requestText(`GET ${path}`, { ...UPGRADE_HEADERS, ...headers }));
		const { status } = await nextAnswer(line);
		return new WebSocketLine(line, status, answersPings);
	}

	/** Opens a WebSocket. @throws when the server rejects it */
	static async openAccepted(port: number, options?: WebSocketOptions): Promise<WebSocketLine> {
		const socket = await WebSocketLine.open(port, options);
		if (socket.status === 101) return socket;
		socket.close();
		throw new Error(`the server rejected a WebSocket with ${socket.status}`);
	}

	/** Whether the server has sent a close frame, or ended the connection. */
	get isClosed(): boolean {
		return this.#saidGoodbye || this.line.isClosed;
	}

	/** Passes every text but pings to a listener, and keeps none from now on. The bytes are valid until it returns. */
	listen(onText: (payload: Buffer) => void): void {
		this.#onText = onText;
	}

	/** Calls back once when the connection ends, on either side. */
	onClose(hear: () => void): void {
		this.line.onClose(hear);
	}

	/** Waits until the server has read everything that was sent. */
	async heardOut(): Promise<void> {
		const before = this.pongs.length;
		this.write(frame('', { opcode: OPCODE.ping }));
		await this.until('a pong', () => this.pongs.length > before || this.isClosed || undefined);
	}

	/** Sends texts, each in a frame of its own, all at once. */
	send(...texts: string[]): void {
		this.write(...texts.map((text) => frame(text)));
	}

	/** Writes bytes, all at once: frames, or anything else. */
	write(...bytes: Uint8Array[]): void {
		const [first] = bytes;
		this.line.write(bytes.length === 1 && first ? first : Buffer.concat(bytes));
	}

	/** Waits for a packet with this beginning. @returns the packet, or undefined when the connection was closed instead */
	async untilHeard(start: string): Promise<string | undefined> {
		const heard = await this.until(`a packet ${start}`, () => {
			const found = this.packets.find((packet) => packet.startsWith(start));
			return found ?? (this.isClosed ? null : undefined);
		});
		return heard ?? undefined;
	}

	/** Calls `find` after all received bytes until it finds something. @throws when it finds nothing in time */
	async until<Found>(what: string, find: () => Found | undefined, patienceMs?: number): Promise<Found> {
		try {
			return await this.line.until(what, find, patienceMs);
		} catch (error) {
			const heard = this.packets.map((packet) => packet.slice(0, 100)).join(' | ');
			throw new Error(`nothing fits in: ${heard}`, { cause: error });
		}
	}

	/** Waits until the server has ended the connection. */
	async closed(patienceMs?: number): Promise<void> {
		await this.until('the end', () => this.line.isClosed || undefined, patienceMs);
	}

	close(): void {
		this.line.close();
	}

	#read(chunk: Buffer): void {
		const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
		this.line.inOneWrite(() => {
			this.#rest = bytes.subarray(readFrames(bytes, this.#hear));
		});
	}

	readonly #hear = (payload: Buffer, opcode: number): void => {
		if (opcode === OPCODE.text) this.#hearText(payload);
		else if (opcode === OPCODE.pong) this.pongs.push(payload.toString());
		else if (opcode === OPCODE.close) this.#hearGoodbye(payload);
	};

	#hearText(payload: Buffer): void {
		if (payload.length !== 1 || payload[0] !== PING_BYTE) this.#onText(payload);
		else if (this.#answersPings) this.write(PONG);
	}

	#hearGoodbye(payload: Buffer): void {
		this.#saidGoodbye = true;
		this.closeReason = payload.subarray(2);
		if (payload.length >= 2) this.closeCode = payload.readUInt16BE();
		// The protocol requires an answer. The server then ends the connection.
		this.write(frame(payload, { opcode: OPCODE.close }));
	}
}
