import type { Socket as TcpSocket } from 'node:net';
import { Transport } from 'engine.io';
import { WebSocket } from 'ws';
import { binaryFrame, joinFrames, type Frames } from './frames.ts';
import type { TurnWriter } from '../../TurnWriter.ts';

/** More than this is not gathered: what the reader's side does not take has to be noticed. */
const MAX_GATHERED = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** A request whose connection has become a WebSocket, as Engine.IO passes it on. */
export type WebSocketRequest = ConstructorParameters<typeof Transport>[0] & {
	socket: TcpSocket;
	websocket: WebSocket;
};

/** A packet of Engine.IO on its way out. */
interface OutgoingPacket {
	type: string;
	data?: unknown;
	options?: {
		/** The frame of a packet that goes to many, as its parts: Socket.IO's adapter makes it once for all. */
		wsPreEncodedFrame?: [Buffer, ...Buffer[]];
	};
}

/** A WebSocket that knows its transport, so that listeners can be shared by all: closures for each are memory. */
type OwnedWebSocket = WebSocket & { transport: WebSocketTransport };

/**
 * The transport of Engine.IO over WebSocket, with one difference: what is sent during a turn of the event loop leaves in
 * one write at its end. A write is a call of the system, which costs more than everything else that is done for a message.
 */
export class WebSocketTransport extends Transport {
	readonly socket: WebSocket;
	/** Since when the system has not taken what was written, by the clock of `performance`. */
	blockedSinceMs: number | undefined;
	readonly #tcp: TcpSocket;
	readonly #turn: TurnWriter;
	/** What is to be written. Mostly that is one frame: an array for it would be most of what is made for a delivery. */
	#first: string | Frames | undefined;
	#others: (string | Frames)[] | undefined;
	#gatheredLength = 0;
	/** How many writes have not been taken. */
	#blocked = 0;

	constructor(request: WebSocketRequest, turn: TurnWriter) {
		super(request);
		this.socket = request.websocket;
		this.#tcp = request.socket;
		this.#turn = turn;
		this.writable = true;
		// Engine.IO's own listener would keep the request for ever.
		this.socket.removeAllListeners('error');
		Object.assign(this.socket, { transport: this, close: WebSocketTransport.#close });
		this.socket.on('message', WebSocketTransport.#onMessage);
		this.socket.on('close', WebSocketTransport.#onClose);
		this.socket.on('error', WebSocketTransport.#onError);
	}

	override get name(): string {
		return 'websocket';
	}

	/** Sends a frame that has been made for many, unless what was sent before it still waits. @returns whether it did */
	sendFrame(frame: Frames): boolean {
		if (!this.writable || this.readyState !== 'open') return false;
		this.#add(frame);
		return true;
	}

	override send(packets: Parameters<Transport['send']>[0]): void {
		for (const packet of packets) this.#gather(packet as OutgoingPacket);
		// Engine.IO counts on this once for each call.
		this.emit('drain');
	}

	/** Writes what has gathered. After a close frame it is dropped, for nothing may follow one. */
	writeGathered(): void {
		const first = this.#first;
		const others = this.#others;
		if (first === undefined) return;
		this.#first = undefined;
		this.#others = undefined;
		this.#gatheredLength = 0;
		if (this.socket.readyState !== WebSocket.OPEN || !this.#tcp.writable) {
			this.onError('write error', new Error('The WebSocket is not open'));
			return;
		}
		const isFrame = others === undefined && typeof first !== 'string';
		this.#tcp.write(isFrame ? first : joinFrames([first, ...(others ?? [])]));
		if (this.#tcp.writableLength === 0) return;
		// The system has not taken it all. What comes now waits with Engine.IO until it has.
		this.writable = false;
		this.blockedSinceMs ??= performance.now();
		this.#blocked += 1;
		this.#tcp.write(NOTHING, () => {
			this.#blocked -= 1;
			if (this.#blocked > 0) return;
			this.writable = true;
			this.blockedSinceMs = undefined;
			this.emit('ready');
		});
	}

	override doClose(done?: () => void): void {
		this.socket.close();
		done?.();
	}

	/** Closes a WebSocket. `ws` calls it too, when a close frame or a wrong frame comes: what was sent before leaves before. */
	static #close(this: WebSocket, code?: number, reason?: string | Buffer): void {
		(this as OwnedWebSocket).transport.writeGathered();
		WebSocket.prototype.close.call(this, code, reason);
	}

	static #onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
		(this as OwnedWebSocket).transport.onData(isBinary ? data : data.toString());
	}

	static #onClose(this: WebSocket): void {
		(this as OwnedWebSocket).transport.onClose();
	}

	static #onError(this: WebSocket, error: Error): void {
		(this as OwnedWebSocket).transport.onError('websocket error', error);
	}

	#gather(packet: OutgoingPacket): void {
		const parts = packet.options?.wsPreEncodedFrame;
		if (parts) {
			// The same array for all to whom it goes, so it is joined once.
			if (parts.length > 1) parts.splice(0, parts.length, Buffer.concat(parts));
			// All parts of a frame are a frame.
			this.#add(parts[0] as Frames);
		} else {
			// The encoder answers with a text, or with the bytes of a binary message as they are.
			this.parser.encodePacket(
				packet as never,
				this.supportsBinary,
				(encoded: string | ArrayBuffer | ArrayBufferView) =>
					this.#add(typeof encoded === 'string' ? encoded : binaryFrame(encoded))
			);
		}
	}

	#add(item: string | Frames): void {
		if (this.#first === undefined) {
			this.#first = item;
			this.#turn.add(this);
		} else {
			(this.#others ??= []).push(item);
		}
		this.#gatheredLength += item.length;
		if (this.#gatheredLength > MAX_GATHERED) this.writeGathered();
	}
}
