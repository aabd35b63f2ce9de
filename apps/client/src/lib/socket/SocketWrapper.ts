import { dev } from '$app/env';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type {
	EventArguments,
	EventMap,
	EventName,
	LineEvents,
	RequestArguments,
	RequestReply
} from './event-map.ts';
import { fallBackToPolling } from './polling-fallback.ts';
import { ReactiveValue } from './ReactiveValue.ts';
import { parseServerUrl } from './server-url.ts';

export type SocketWrapperOptions = Partial<ManagerOptions & SocketOptions>;

const DEFAULT_URL = 'http://localhost:3000';

const DEFAULTS = {
	withCredentials: true,
	reconnectionAttempts: 5,
	reconnectionDelay: 1_000,
	reconnectionDelayMax: 1_000,
	/** An attempt that says nothing for this long is given up; then polling has its turn. */
	timeout: 4_000,
	/** How long `emitWithAck` waits for a reply. */
	ackTimeout: 10_000,
	transports: ['websocket', 'polling'],
	tryAllTransports: true
} satisfies SocketWrapperOptions;

type Listener = (...args: unknown[]) => void;

/**
 * A connection to a Socket.IO server, typed by its event maps. Listeners belong to the wrapper, not to the
 * connection: they may be added before `connect` and outlive every reconnection.
 */
export class SocketWrapper<Listen extends EventMap<Listen>, Emit extends EventMap<Emit>> {
	#socket: Socket | undefined;
	#url: string | undefined;
	#error: Error | undefined;
	#reopening: ReturnType<typeof setTimeout> | undefined;
	readonly #listeners = new Set<readonly [event: string, listener: Listener]>();
	readonly #observers = new Set<() => void>();

	/** Whether messages can be sent right now. */
	readonly isConnected = this.#observe(() => this.#socket?.connected ?? false);

	/** Why there is no connection; kept until the next one. */
	readonly error = this.#observe(() => this.#error);

	/** `websocket` or `polling` while connected. */
	readonly transport = this.#observe(() =>
		this.#socket?.connected ? this.#socket.io.engine.transport.name : undefined
	);

	/**
	 * Opens the connection. On an open or opening one to the same URL it does nothing; after the attempts
	 * were used up it begins anew; another URL replaces the connection and keeps the listeners.
	 * @throws {TypeError} when the URL is not that of a server; then there is no connection
	 */
	connect(url = DEFAULT_URL, options: SocketWrapperOptions = {}): void {
		let href: string;
		try {
			href = parseServerUrl(url);
		} catch (error) {
			this.disconnect();
			throw error;
		}
		if (href !== this.#url) {
			this.disconnect();
			this.#url = href;
			this.#socket = this.#createSocket(href, options);
		}
		if (!this.#socket?.active) this.#socket?.connect();
	}

	/** Closes the connection for good; listeners stay for the next one. */
	disconnect(): void {
		clearTimeout(this.#reopening);
		this.#socket?.disconnect();
		this.#socket = undefined;
		this.#url = undefined;
		this.#error = undefined;
		this.#changed();
	}

	/**
	 * Sends an event when connected. Nothing is buffered: Socket.IO would send a buffered event before the
	 * `connect` listeners run, out of turn.
	 * @returns whether it was handed to the line
	 */
	emit<Name extends EventName<Emit>>(event: Name, ...args: EventArguments<Emit[Name]>): boolean {
		if (!this.#socket?.connected) return false;
		this.#socket.emit(event, ...(args as unknown[]));
		return true;
	}

	/**
	 * Sends an event and waits for its acknowledgement.
	 * @throws {Error} when not connected, when the connection ends before the reply, or after `ackTimeout`
	 */
	async emitWithAck<Name extends EventName<Emit>>(
		event: Name,
		...args: RequestArguments<Emit[Name]>
	): Promise<RequestReply<Emit[Name]>> {
		if (!this.#socket?.connected) throw new Error('not connected');
		// The event map says what the other side acknowledges with; Socket.IO itself does not know it.
		return (await this.#socket.emitWithAck(event, ...args)) as RequestReply<Emit[Name]>;
	}

	/**
	 * Listens to an event of the map, or to `connect`, `disconnect` and `connect_error`.
	 * @returns the function that ends it
	 */
	on<Name extends EventName<Listen & LineEvents>>(
		event: Name,
		listener: (Listen & LineEvents)[Name]
	): () => void {
		// Socket.IO calls it with what the map promises for this event.
		const entry = [event as string, listener as unknown as Listener] as const;
		this.#listeners.add(entry);
		this.#socket?.on(...entry);
		return () => {
			if (this.#listeners.delete(entry)) this.#socket?.off(...entry);
		};
	}

	#createSocket(url: string, options: SocketWrapperOptions): Socket {
		const settings = { ...DEFAULTS, ...options };
		const socket: Socket = io(url, { ...settings, autoConnect: false, forceNew: true });
		fallBackToPolling(socket.io);

		socket.on('connect', () => {
			log('Socket connected:', socket.id);
			this.#changed();
			socket.io.engine.once('upgrade', () => this.#changed());
		});
		socket.on('disconnect', (reason) => {
			log('Socket disconnected:', reason);
			this.#changed(new Error(reason));
			// The one reason after which Socket.IO does not come back by itself.
			if (reason === 'io server disconnect') {
				this.#reopening = setTimeout(() => socket.connect(), settings.reconnectionDelay);
			}
		});
		socket.on('connect_error', (error) => {
			log('Socket connection error:', error.message);
			this.#changed(error);
		});
		// Otherwise a socket that gave up passes for one that still tries.
		socket.io.on('reconnect_failed', () => socket.disconnect());

		for (const entry of this.#listeners) socket.on(...entry);
		return socket;
	}

	#changed(error?: Error): void {
		this.#error = error;
		for (const observer of this.#observers) observer();
	}

	#observe<Value>(read: () => Value): ReactiveValue<Value> {
		return new ReactiveValue(read, (observer) => {
			this.#observers.add(observer);
			return () => this.#observers.delete(observer);
		});
	}
}

function log(...words: unknown[]): void {
	if (dev) console.log(...words);
}
