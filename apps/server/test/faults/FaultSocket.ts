import {
	CHAT_NAMESPACE,
	type ChatClientToServer,
	type ChatServerToClient,
	type RejectionCode,
	type Reply,
	type RequestData,
	type RequestName,
	type RequestPayload
} from '@digda/protocol';
import type { ChatSocket, Handshake } from '@digda/sync';
import { io, type Socket } from 'socket.io-client';

/** A request may go so long without a reply. */
const REPLY_TIMEOUT_MS = 2_000;

/** The pause before an attempt that follows a rejection, or an end by the server. */
const REOPEN_MS = 20;

export type Transport = 'websocket' | 'polling';

export interface FaultSocketOptions {
	url: string;
	transport: Transport;
	extraHeaders?: Record<string, string> | undefined;
	/** Called with each good reply to a request, before the request resolves. */
	onReply?: ((name: RequestName, payload: object, data: object) => void) | undefined;
}

/** A real connection to `/chat` that reconnects quickly after every end, and that a test can keep offline. */
export class FaultSocket implements ChatSocket {
	readonly socket: Socket<ChatServerToClient, ChatClientToServer>;
	/** The number of requests to join a room since a test last set it. */
	joinCount = 0;
	readonly #onReply: FaultSocketOptions['onReply'];
	/** Undefined while nobody wants a connection. */
	#handshake: (() => Handshake) | undefined;
	#isOffline = false;

	constructor({ url, transport, onReply, extraHeaders = {} }: FaultSocketOptions) {
		this.#onReply = onReply;
		this.socket = io(`${url}${CHAT_NAMESPACE}`, {
			forceNew: true,
			autoConnect: false,
			transports: [transport],
			extraHeaders,
			reconnectionDelay: 10,
			reconnectionDelayMax: 150,
			timeout: 1_000,
			auth: (send) => send(this.#handshake?.() ?? {})
		});
		// These two end the attempts of socket.io-client; it continues after all others.
		this.socket.on('connect_error', (error) => {
			if (codeOf(error) !== undefined) this.#reopen();
		});
		this.socket.on('disconnect', (reason) => {
			if (reason === 'io server disconnect') this.#reopen();
		});
	}

	connect(handshake: () => Handshake): void {
		this.#handshake = handshake;
		this.#open();
	}

	disconnect(): void {
		this.#handshake = undefined;
		this.socket.disconnect();
	}

	/** Ends the connection, and keeps it so until `goOnline`. */
	goOffline(): void {
		this.#isOffline = true;
		this.socket.disconnect();
	}

	goOnline(): void {
		this.#isOffline = false;
		this.#open();
	}

	request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>> {
		return new Promise((resolve, reject) => {
			if (!this.socket.connected) {
				reject(new Error('there is no connection'));
				return;
			}
			if (name === 'room:join') this.joinCount += 1;
			const settle = (error: Error | null, reply: Reply<RequestData<Name>>) => {
				if (error) {
					reject(error);
					return;
				}
				if (reply.ok) this.#onReply?.(name, payload, reply.data);
				resolve(reply);
			};
			// The types of Socket.IO cannot follow a name that is a type parameter.
			const emitter = this.socket.timeout(REPLY_TIMEOUT_MS) as unknown as {
				emit: (name: Name, payload: RequestPayload<Name>, reply: typeof settle) => void;
			};
			emitter.emit(name, payload, settle);
		});
	}

	setTyping(payload: Parameters<ChatClientToServer['typing:set']>[0]): void {
		this.socket.volatile.emit('typing:set', payload);
	}

	on<Name extends keyof ChatServerToClient>(name: Name, listener: ChatServerToClient[Name]): () => void {
		this.socket.on(name, listener as never);
		return () => this.socket.off(name, listener as never);
	}

	onDisconnect(listener: () => void): () => void {
		this.socket.on('disconnect', listener);
		return () => this.socket.off('disconnect', listener);
	}

	onReject(listener: (code: RejectionCode) => void): () => void {
		const onError = (error: Error) => {
			const code = codeOf(error);
			if (code !== undefined) listener(code);
		};
		this.socket.on('connect_error', onError);
		return () => this.socket.off('connect_error', onError);
	}

	/** A second call of socket.io-client's `connect` would enter the namespace twice. */
	#open(): void {
		if (this.#handshake && !this.#isOffline && !this.socket.active) this.socket.connect();
	}

	#reopen(): void {
		setTimeout(() => this.#open(), REOPEN_MS);
	}
}

function codeOf(error: Error): RejectionCode | undefined {
	return (error as { data?: { code?: RejectionCode } }).data?.code;
}
