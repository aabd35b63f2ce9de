import {
	CHAT_NAMESPACE,
	PROTOCOL,
	type ChatClientToServer,
	type ChatServerToClient,
	type Reply,
	type RequestData,
	type RequestName,
	type RequestPayload,
	type User
} from '@digda/protocol';
import type { Exclusive, Line } from '@digda/sync';
import { io, type Socket } from 'socket.io-client';

/** How long a request may go without a reply. */
const REPLY_TIMEOUT_MS = 2_000;

export type Transport = 'websocket' | 'polling';

/** Who a browser is; it outlives its pages. */
export interface Identity {
	token?: string | undefined;
	user?: User | undefined;
}

interface LineOptions {
	url: string;
	transport: Transport;
	extraHeaders?: Record<string, string>;
	/** Changed when the server makes a session, or rejects it. */
	identity: Identity;
	/** The locks of the browser, where there are any. */
	exclusive?: Exclusive | undefined;
	/** Called with each good reply to a request, before the request resolves. */
	onReply?: (name: RequestName, payload: object, data: object) => void;
}

/**
 * A real connection to `/chat`, that comes back quickly whatever ends it. Not a `StockClient`: that one keeps all it
 * receives, and has neither an identity that outlives it nor locks; this one is what the page gives `@digda/sync`.
 */
export class SocketLine implements Line {
	readonly socket: Socket<ChatServerToClient, ChatClientToServer>;
	/** How often it asked to join a room since it was last set. */
	joinCount = 0;
	readonly #identity: Identity;
	readonly #exclusive: Exclusive;
	readonly #onReply: LineOptions['onReply'];
	/** The token of the last attempt. */
	#told: string | undefined;
	#isWanted = false;
	/** Lets the next page make the session of the browser. */
	#endTurn: () => void = () => undefined;

	constructor({ url, transport, identity, exclusive, onReply, extraHeaders = {} }: LineOptions) {
		this.#identity = identity;
		this.#exclusive = exclusive ?? ((_name, run) => run());
		this.#onReply = onReply;
		this.socket = io(`${url}${CHAT_NAMESPACE}`, {
			forceNew: true,
			autoConnect: false,
			transports: [transport],
			extraHeaders,
			reconnectionDelay: 10,
			reconnectionDelayMax: 150,
			timeout: 1_000,
			auth: (tell) => {
				this.#told = identity.token;
				tell({ protocol: PROTOCOL, ...(this.#told !== undefined && { token: this.#told }) });
			}
		});
		this.socket.on('session:ready', ({ user, token }) => {
			identity.token = token ?? this.#told;
			identity.user = user;
			this.#endTurn();
		});
		this.socket.on('connect_error', (error) => {
			const data = (error as { data?: { code?: unknown } }).data;
			// A person would be asked; this one goes on as a new guest, unless another page did.
			if (data?.code === 'unauthorized' && identity.token === this.#told) delete identity.token;
			// A rejection ends the attempts of socket.io-client, anything else does not.
			if (data === undefined) return;
			this.#endTurn();
			this.#comeBack();
		});
		this.socket.on('disconnect', (reason) => {
			// Any other end is followed by the next attempt at once, and that needs the turn.
			if (reason !== 'io server disconnect') return;
			this.#endTurn();
			this.#comeBack();
		});
	}

	/** Begins to connect, unless that is under way: a second call would enter the namespace twice. */
	connect(): void {
		this.#isWanted = true;
		if (this.socket.active) return;
		if (this.#identity.token !== undefined) this.socket.connect();
		else void this.#exclusive('digda-session', () => this.#connectFirst());
	}

	/** Ends the connection; `connect` begins another one. */
	disconnect(): void {
		this.#isWanted = false;
		this.#endTurn();
		this.socket.disconnect();
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

	onLost(listener: () => void): () => void {
		this.socket.on('disconnect', listener);
		return () => this.socket.off('disconnect', listener);
	}

	/** The first connection of a browser is made by one page; the others wait for its session. */
	async #connectFirst(): Promise<void> {
		const { socket } = this;
		if (!this.#isWanted || socket.active) return;
		const settled = new Promise<void>((resolve) => (this.#endTurn = resolve));
		const isKnown = this.#identity.token !== undefined;
		socket.connect();
		if (!isKnown) await settled;
	}

	#comeBack(): void {
		setTimeout(() => {
			if (this.#isWanted) this.connect();
		}, 20);
	}
}
