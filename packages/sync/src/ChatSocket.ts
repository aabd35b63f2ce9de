import type {
	ChatClientToServer,
	ChatServerToClient,
	RejectionCode,
	Reply,
	RequestData,
	RequestName,
	RequestPayload
} from '@digda/protocol';

/** The `auth` of the handshake with the chat. */
export interface Handshake {
	protocol: number;
	/** Without a token the server creates a session. */
	token?: string;
}

/** The Socket.IO connection to `/chat`, as a session uses it. The page and the tests adapt their sockets to it. */
export interface ChatSocket {
	/**
	 * Connects, and retries until `disconnect`. A socket that is connected or connecting does not change.
	 * @param handshake called at each attempt, because another tab may have changed the token
	 */
	connect(handshake: () => Handshake): void;

	disconnect(): void;

	/**
	 * Sends a request and waits for its reply.
	 * @throws {Error} when there is no connection, when it ends before the reply, or when none comes in time
	 */
	request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>>;

	/** Sends that the user types or has stopped. Volatile: the socket may drop it. */
	setTyping(payload: Parameters<ChatClientToServer['typing:set']>[0]): void;

	/** Subscribes to an event of the server. @returns the function that unsubscribes */
	on<Name extends keyof ChatServerToClient>(name: Name, listener: ChatServerToClient[Name]): () => void;

	/** Calls back when the connection has ended. @returns the function that unsubscribes */
	onDisconnect(listener: () => void): () => void;

	/** Calls back when the server has rejected an attempt to connect. @returns the function that unsubscribes */
	onReject(listener: (code: RejectionCode) => void): () => void;
}
