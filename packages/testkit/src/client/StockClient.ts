import { randomUUID } from 'node:crypto';
import {
	CHAT_NAMESPACE,
	ENTRY_KINDS,
	PROTOCOL,
	type ChatClientToServer,
	type ChatServerToClient,
	type Entry,
	type EntryContent,
	type EntryKind,
	type JoinedRoom,
	type MessageEntry,
	type Reply,
	type RequestData,
	type RequestName,
	type RequestPayload,
	type StoredEntry,
	type Target,
	type User
} from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { EVENT_PATIENCE_MS } from '../patience.ts';

export type StockOptions = Partial<ManagerOptions & SocketOptions>;
export type Ready = Parameters<ChatServerToClient['session:ready']>[0];

type Payload<Name extends keyof ChatServerToClient> = Parameters<ChatServerToClient[Name]>[0];

/** The default time-out of a reply, in milliseconds. */
const REPLY_TIMEOUT_MS = 10_000;

/** A socket.io-client in the chat that records everything it receives. It needs no test runner. */
export class StockClient {
	readonly socket: Socket<ChatServerToClient, ChatClientToServer>;
	readonly heard: { event: keyof ChatServerToClient; payload: unknown }[] = [];
	/** The payload of session:ready. */
	ready: Ready | undefined;

	/** Begins to connect, by default over WebSocket and with the present protocol. */
	constructor(url: string, { auth = {}, ...options }: StockOptions = {}) {
		this.socket = io(`${url}${CHAT_NAMESPACE}`, {
			...{ forceNew: true, transports: ['websocket'], ackTimeout: REPLY_TIMEOUT_MS },
			...options,
			auth: typeof auth === 'function' ? auth : { protocol: PROTOCOL, ...auth }
		});
		this.socket.onAny((event: keyof ChatServerToClient, payload: unknown) => {
			this.heard.push({ event, payload });
		});
		this.socket.once('session:ready', (ready) => (this.ready = ready));
	}

	/** Connects and waits until requests may begin. The caller disconnects it. */
	static async connect(url: string, options?: StockOptions): Promise<StockClient> {
		const client = new StockClient(url, options);
		await client.untilTold('session:ready').catch((error: unknown) => {
			client.disconnect();
			throw error;
		});
		return client;
	}

	get user(): User {
		if (!this.ready) throw new Error('not ready');
		return this.ready.user;
	}

	/** The payloads of one kind of event, in order. */
	told<Name extends keyof ChatServerToClient>(name: Name): Payload<Name>[] {
		// An event has the payload of its name.
		return this.heard.filter(({ event }) => event === name).map(({ payload }) => payload) as never;
	}

	/** The entries of a room in the order of arrival, with duplicates. */
	news(room: string): Entry[] {
		return this.told('entry:new').flatMap((news) => (news.room === room ? news.entries : []));
	}

	/** The messages among the entries of a room, as they were sent. */
	messages(room: string): MessageEntry[] {
		return this.news(room).filter((entry) => entry.kind === 'message');
	}

	/** Sends a request. @returns its reply, also a rejection */
	async ask<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>> {
		return (await this.askAnything(name, payload)) as Reply<RequestData<Name>>;
	}

	/** Sends any event with any payload. @returns its acknowledgement */
	async askAnything(name: string, ...payload: unknown[]): Promise<unknown> {
		return await (this.socket as Socket).emitWithAck(name, ...payload);
	}

	/** Sends any event without an acknowledgement. */
	emitAnything(name: string, ...payload: unknown[]): void {
		(this.socket as Socket).emit(name, ...payload);
	}

	/** Sends a request. @returns the data of its reply @throws when the server rejects it */
	async get<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestData<Name>> {
		const reply = await this.ask(name, payload);
		if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
		return reply.data;
	}

	async join(room: string, place: Partial<RequestPayload<'room:join'>> = {}): Promise<JoinedRoom> {
		return await this.get('room:join', { room, ...place });
	}

	async send(room: string, text: string, id: string = randomUUID()): Promise<StoredEntry> {
		return await this.add('message', room, { text }, id);
	}

	/** Adds an entry of any kind to a log. @throws when the server rejects it */
	async add<Kind extends EntryKind>(
		kind: Kind,
		room: string,
		content: EntryContent<Kind>,
		id: string = randomUUID()
	): Promise<StoredEntry> {
		const reply = await this.tryAdd(kind, room, content, id);
		if (!reply.ok) throw new Error(`${ENTRY_KINDS[kind].request}: ${reply.error.code} ${reply.error.message}`);
		return reply.data;
	}

	/** Adds an entry of any kind to a log. @returns the reply, also a rejection */
	async tryAdd<Kind extends EntryKind>(
		kind: Kind,
		room: string,
		content: EntryContent<Kind>,
		id: string = randomUUID()
	): Promise<Reply<StoredEntry>> {
		// Each request for an entry has this reply.
		return (await this.askAnything(ENTRY_KINDS[kind].request, { room, id, ...content })) as Reply<StoredEntry>;
	}

	/** The target of an own message. */
	target(id: string): Target {
		return { author: this.user.id, id };
	}

	/** Waits for a matching event, which may have come before. @throws after `patienceMs` */
	async untilTold<Name extends keyof ChatServerToClient>(
		name: Name,
		fits: (payload: Payload<Name>) => boolean = () => true,
		patienceMs = EVENT_PATIENCE_MS
	): Promise<Payload<Name>> {
		const earlier = this.told(name).find(fits);
		if (earlier !== undefined) return earlier;
		return await new Promise((resolve, reject) => {
			const hear = (event: string, payload: Payload<Name>) => {
				if (event !== name || !fits(payload)) return;
				stop();
				resolve(payload);
			};
			const timer = setTimeout(() => {
				stop();
				reject(new Error(`no matching ${name} within ${patienceMs} ms`));
			}, patienceMs);
			const stop = () => {
				clearTimeout(timer);
				this.socket.offAny(hear);
			};
			this.socket.onAny(hear);
		});
	}

	/** Calls a listener with the reason whenever the connection ends, on either side. */
	onDisconnect(listener: (reason: string) => void): void {
		this.socket.on('disconnect', listener);
	}

	disconnect(): void {
		this.socket.disconnect();
	}
}
