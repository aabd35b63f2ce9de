import type {
	ChatClientToServer,
	ChatServerToClient,
	Reply,
	RequestData,
	RequestName,
	RequestPayload
} from '@digda/protocol';

/** What synchronising needs of a connection to `/chat`; whoever has one adapts it. */
export interface Line {
	/**
	 * Sends a request and waits for its reply.
	 * @throws {Error} when there is no connection, when it ends before the reply, or when none comes in time
	 */
	request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>>;

	/** Says that somebody types; volatile. */
	setTyping(payload: Parameters<ChatClientToServer['typing:set']>[0]): void;

	/** Listens to an event of the server. @returns the function that ends it */
	on<Name extends keyof ChatServerToClient>(name: Name, listener: ChatServerToClient[Name]): () => void;

	/** Calls back when the connection has ended. @returns the function that ends it */
	onLost(listener: () => void): () => void;
}
