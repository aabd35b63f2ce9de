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
import type { TurnWriter } from '../../TurnWriter.ts';

/** More than this is not gathered: what the reader's side does not take has to be noticed. */
const MAX_GATHERED = 64 * 1024;

const NOTHING = Buffer.alloc(0);

type Packets = Parameters<Transport['send']>[0];

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

	/** Sends a frame that has been made for many, unless what was sent before it still waits. @returns whether it did */
	sendFrame(frame: Frames): boolean {
		if (!this.writable || this.readyState !== 'open') return false;
		this.#add(frame);
		return true;
	}

	override send(packets: Packets): void {
		for (const packet of packets) this.#gather(packet);
		emitDrain(this);
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
			fail(this, 'write error', new Error('The WebSocket is not open'));
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
			emitReady(this);
		});
	}

	override doClose(done?: () => void): void {
		this.socket.close();
		done?.();
	}

	/** Closes a WebSocket, after all that was sent before: ws calls it too, when a close frame or a wrong frame comes. */
	static #close(this: WebSocket, code?: number, reason?: string | Buffer): void {
		(this as OwnedWebSocket).transport.writeGathered();
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

	#gather(packet: Packets[number]): void {
		const parts = framePartsOf(packet);
		if (parts) {
			// The same array for all to whom it goes, so it is joined once.
			if (parts.length > 1) parts.splice(0, parts.length, Buffer.concat(parts));
			// All parts of a frame are a frame.
			this.#add(parts[0] as Frames);
		} else {
			// The encoder answers with a text, or with the bytes of a binary message as they are.
			encodePacket(this, packet, (encoded) => this.#add(typeof encoded === 'string' ? encoded : binaryFrame(encoded)));
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
