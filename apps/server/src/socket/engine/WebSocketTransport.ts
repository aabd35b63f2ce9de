import type { Socket as TcpSocket } from 'node:net';
import { Transport } from 'engine.io';
import { WebSocket } from 'ws';
import { binaryFrame, joinFrames, type Frames } from './frames.ts';
import {
	emitDrain,
	emitReady,
	encodePacket,
	end,
	fail,
	framePartsOf,
	receive,
	removeUpgradeListener,
	replaceClose,
	type WebSocketRequest
} from './internals.ts';
import type { TickWriter } from '../../TickWriter.ts';

/** The most characters or bytes to buffer in a tick, so that a slow reader is noticed. */
const MAX_BUFFERED = 64 * 1024;

const NOTHING = Buffer.alloc(0);

type Packets = Parameters<Transport['send']>[0];

/** A WebSocket with its transport, so that all can share their listeners: closures for each would use memory. */
type OwnedWebSocket = WebSocket & { transport: WebSocketTransport };

/**
 * Engine.IO's WebSocket transport with one difference: all packets of a tick leave in one write at its end. A write is
 * a system call, which costs more than all other work for a message.
 */
export class WebSocketTransport extends Transport {
	readonly socket: WebSocket;
	/** The time since which the system has not accepted written data, on the clock of `performance`. */
	blockedSinceMs: number | undefined;
	readonly #tcp: TcpSocket;
	readonly #tickWriter: TickWriter;
	/** The buffered items. Mostly there is one frame; an array for it would be most of the memory of a delivery. */
	#first: string | Frames | undefined;
	#others: (string | Frames)[] | undefined;
	#bufferedLength = 0;
	/** The number of writes that the system has not accepted. */
	#blocked = 0;

	constructor(request: WebSocketRequest, tickWriter: TickWriter) {
		super(request);
		this.socket = request.websocket;
		this.#tcp = request.socket;
		this.#tickWriter = tickWriter;
		this.writable = true;
		removeUpgradeListener(this.socket);
		Object.assign(this.socket, { transport: this });
		replaceClose(this.socket, WebSocketTransport.#close);
		this.socket.on('message', WebSocketTransport.#onMessage);
		this.socket.on('close', WebSocketTransport.#onClose);
		this.socket.on('error', WebSocketTransport.#onError);
	}

	override get name(): string {
		return 'websocket';
	}

	/** Sends a shared frame, unless earlier packets still wait. @returns whether it was sent */
	sendFrame(frame: Frames): boolean {
		if (!this.writable || this.readyState !== 'open') return false;
		this.#add(frame);
		return true;
	}

	override send(packets: Packets): void {
		for (const packet of packets) this.#buffer(packet);
		emitDrain(this);
	}

	/** Writes the buffered items. After a close frame it drops them, because nothing may follow. */
	writeBuffered(): void {
		const first = this.#first;
		const others = this.#others;
		if (first === undefined) return;
		this.#first = undefined;
		this.#others = undefined;
		this.#bufferedLength = 0;
		if (this.socket.readyState !== WebSocket.OPEN || !this.#tcp.writable) {
			fail(this, 'write error', new Error('The WebSocket is not open'));
			return;
		}
		const isFrame = others === undefined && typeof first !== 'string';
		this.#tcp.write(isFrame ? first : joinFrames([first, ...(others ?? [])]));
		if (this.#tcp.writableLength === 0) return;
		// The system has not accepted everything. Engine.IO buffers further packets until it has.
		this.writable = false;
		this.blockedSinceMs ??= performance.now();
		this.#blocked += 1;
		this.#tcp.write(NOTHING, () => {
			this.#blocked -= 1;
			if (this.#blocked > 0) return;
			this.writable = true;
			this.blockedSinceMs = undefined;
			emitReady(this);
		});
	}

	override doClose(done?: () => void): void {
		this.socket.close();
		done?.();
	}

	/** Closes a WebSocket after its buffered items. `ws` also calls it for a close frame or an invalid frame. */
	static #close(this: WebSocket, code?: number, reason?: string | Buffer): void {
		(this as OwnedWebSocket).transport.writeBuffered();
		WebSocket.prototype.close.call(this, code, reason);
	}

	static #onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
		receive((this as OwnedWebSocket).transport, isBinary ? data : data.toString());
	}

	static #onClose(this: WebSocket): void {
		end((this as OwnedWebSocket).transport);
	}

	static #onError(this: WebSocket, error: Error): void {
		fail((this as OwnedWebSocket).transport, 'websocket error', error);
	}

	#buffer(packet: Packets[number]): void {
		const parts = framePartsOf(packet);
		if (parts) {
			// All receivers share this array, so its parts are joined once.
			if (parts.length > 1) parts.splice(0, parts.length, Buffer.concat(parts));
			// The joined parts are one frame.
			this.#add(parts[0] as Frames);
		} else {
			// The encoder returns a text, or the bytes of a binary message.
			encodePacket(this, packet, (encoded) => this.#add(typeof encoded === 'string' ? encoded : binaryFrame(encoded)));
		}
	}

	#add(item: string | Frames): void {
		if (this.#first === undefined) {
			this.#first = item;
			this.#tickWriter.add(this);
		} else {
			(this.#others ??= []).push(item);
		}
		this.#bufferedLength += item.length;
		if (this.#bufferedLength > MAX_BUFFERED) this.writeBuffered();
	}
}
