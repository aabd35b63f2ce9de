import {
	CHAT_NAMESPACE,
	type ChatClientToServer,
	type ChatServerToClient,
	type Reply,
	type RequestData,
	type RequestName,
	type RequestPayload,
	type User
} from '@digda/protocol';
import type { Line } from '@digda/sync';
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
	/** Changed when the server makes a session, or refuses it. */
	identity: Identity;
	/** Called with each good reply to a request, before the request resolves. */
	onReply?: (name: RequestName, payload: object, data: object) => void;
}

/** A real connection to `/chat`, that comes back quickly whatever ends it. */
export class SocketLine implements Line {
	readonly socket: Socket<ChatServerToClient, ChatClientToServer>;
	readonly #onReply: LineOptions['onReply'];
	#isClosed = false;

	constructor({ url, transport, identity, onReply }: LineOptions) {
		this.#onReply = onReply;
		this.socket = io(`${url}${CHAT_NAMESPACE}`, {
			forceNew: true,
			autoConnect: false,
			transports: [transport],
			reconnectionDelay: 10,
			reconnectionDelayMax: 150,
			timeout: 1_000,
			auth: (tell) => tell(identity.token === undefined ? {} : { token: identity.token })
		});
		this.socket.on('session:ready', ({ user, token }) => {
			if (token !== undefined) identity.token = token;
			identity.user = user;
		});
		this.socket.on('connect_error', (error) => {
			const data = (error as { data?: { code?: unknown } }).data;
			// A person would be asked; this one goes on as a new guest.
			if (data?.code === 'unauthorized') delete identity.token;
			// A refusal ends the attempts of socket.io-client, anything else does not.
			if (data !== undefined) this.#comeBack();
		});
		this.socket.on('disconnect', (reason) => {
			if (reason === 'io server disconnect') this.#comeBack();
		});
	}

	/** Begins to connect, unless that is under way: a second call would enter the namespace twice. */
	connect(): void {
		if (!this.socket.active) this.socket.connect();
	}

	/** Ends the connection; `connect` begins another one. */
	disconnect(): void {
		this.socket.disconnect();
	}

	/** Ends it for good. */
	close(): void {
		this.#isClosed = true;
		this.socket.disconnect();
	}

	request<Name extends RequestName>(
		name: Name,
		payload: RequestPayload<Name>
	): Promise<Reply<RequestData<Name>>> {
		return new Promise((resolve, reject) => {
			if (!this.socket.connected) {
				reject(new Error('there is no connection'));
				return;
			}
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

	on<Name extends keyof ChatServerToClient>(
		name: Name,
		listener: ChatServerToClient[Name]
	): () => void {
		this.socket.on(name, listener as never);
		return () => this.socket.off(name, listener as never);
	}

	onLost(listener: () => void): () => void {
		this.socket.on('disconnect', listener);
		return () => this.socket.off('disconnect', listener);
	}

	#comeBack(): void {
		setTimeout(() => {
			if (!this.#isClosed) this.connect();
		}, 20);
	}
}
