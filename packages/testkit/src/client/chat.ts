import { randomUUID } from 'node:crypto';
import type {
	ChatClientToServer,
	ChatServerToClient,
	JoinedRoom,
	Message,
	Reply,
	RequestData,
	RequestName,
	RequestPayload,
	User
} from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished, vi } from 'vitest';
import { EVENT_PATIENCE_MS } from '../patience.ts';
import { nodeOf } from '../server/nodes.ts';

export type Ready = Parameters<ChatServerToClient['session:ready']>[0];

/** A stock client in the chat that keeps all it hears; disconnected when the test ends. */
export class ChatClientProbe {
	readonly socket: Socket<ChatServerToClient, ChatClientToServer>;
	readonly heard: { event: keyof ChatServerToClient; payload: unknown }[] = [];
	ready: Ready | undefined;

	constructor(url: string, options: Partial<ManagerOptions & SocketOptions> = {}) {
		this.socket = io(`${nodeOf(url)}/chat`, {
			...{ forceNew: true, transports: ['websocket'], ackTimeout: 10_000 },
			...options
		});
		this.socket.onAny((event: keyof ChatServerToClient, payload: unknown) => {
			this.heard.push({ event, payload });
		});
		onTestFinished(() => void this.socket.disconnect());
	}

	get user(): User {
		if (!this.ready) throw new Error('not ready');
		return this.ready.user;
	}

	/** What it was told by one kind of event, in order. */
	told<Name extends keyof ChatServerToClient>(name: Name): Parameters<ChatServerToClient[Name]>[0][] {
		// What was heard under a name has the payload of that name.
		return this.heard.filter(({ event }) => event === name).map(({ payload }) => payload) as never;
	}

	/** The messages of a room as they came, also those that came twice. */
	news(room: string): Message[] {
		return this.told('message:new').flatMap((news) => (news.room === room ? news.messages : []));
	}

	async ask<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>> {
		return (await this.askAnything(name, payload)) as Reply<RequestData<Name>>;
	}

	/** Sends whatever it is told to. */
	async askAnything(name: string, ...payload: unknown[]): Promise<unknown> {
		return await (this.socket as Socket).emitWithAck(name, ...payload);
	}

	/** The same without an acknowledgement. */
	emitAnything(name: string, ...payload: unknown[]): void {
		(this.socket as Socket).emit(name, ...payload);
	}

	/** The data of a reply that must be good. */
	async get<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestData<Name>> {
		const reply = await this.ask(name, payload);
		if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
		return reply.data;
	}

	async join(room: string, place: Partial<RequestPayload<'room:join'>> = {}): Promise<JoinedRoom> {
		return await this.get('room:join', { room, ...place });
	}

	async send(room: string, text: string, id: string = randomUUID()) {
		return await this.get('message:send', { room, id, text });
	}

	/** Waits until it was told something that fits. */
	async untilTold<Name extends keyof ChatServerToClient>(
		name: Name,
		fits: (payload: Parameters<ChatServerToClient[Name]>[0]) => boolean = () => true,
		timeout = EVENT_PATIENCE_MS
	): Promise<Parameters<ChatServerToClient[Name]>[0]> {
		return await vi.waitFor(
			() => {
				const payload = this.told(name).find(fits);
				if (payload === undefined) throw new Error(`was not told ${name}`);
				return payload;
			},
			{ timeout, interval: 10 }
		);
	}
}

/** Connects to the chat and waits until requests may begin. */
export async function connectChat(
	url: string,
	token?: string,
	options: Partial<ManagerOptions & SocketOptions> = {}
): Promise<ChatClientProbe> {
	const client = new ChatClientProbe(url, {
		...options,
		auth: token === undefined ? {} : { token }
	});
	client.ready = await client.untilTold('session:ready');
	return client;
}

/** The token that a new guest was told. */
export function tokenOf({ ready }: ChatClientProbe): string {
	if (ready?.token === undefined) throw new Error('no new guest');
	return ready.token;
}
