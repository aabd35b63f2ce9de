import { dev } from '$app/env';
import { DEFAULT_SERVER_PORT } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { EventArguments, EventMap, EventName, EventReply, ConnectionEvents } from './event-map.ts';
import { ReactiveValue } from './ReactiveValue.ts';
import { reopenWhenRejected } from './reopen.ts';
import { parseServerUrl } from './server-url.ts';
import { fallBackOnSilence } from './transport-fallback.ts';
import { onWake, wakeUp } from './wake.ts';

export type SocketWrapperOptions = Partial<ManagerOptions & SocketOptions>;

const DEFAULT_URL = `http://localhost:${DEFAULT_SERVER_PORT}`;

const DEFAULTS = {
	withCredentials: true,
	reconnectionAttempts: 5,
	reconnectionDelay: 1_000,
	reconnectionDelayMax: 1_000,
	/** The timeout of an attempt in milliseconds. The next attempt uses the next transport. */
	timeout: 4_000,
	/** The timeout of `emitWithAck` in milliseconds. */
	ackTimeout: 10_000,
	transports: ['websocket', 'polling'],
	tryAllTransports: true
} satisfies SocketWrapperOptions;

type Listener = (...args: unknown[]) => void;

/**
 * A connection to a Socket.IO server, typed by its event maps. Listeners belong to the wrapper and not to the socket: they can be
 * added before `connect`, and survive each reconnection.
 */
export class SocketWrapper<Listen extends EventMap<Listen>, Emit extends EventMap<Emit>> {
	#socket: Socket | undefined;
	#url: string | undefined;
	#error: Error | undefined;
	#roundTripMs: number | undefined;
	#stopTrying: (() => void) | undefined;
	readonly #page: EventTarget | undefined;
	readonly #listeners = new Set<readonly [event: string, listener: Listener]>();
	readonly #observers = new Set<() => void>();

	/** Tells whether events can be sent now. */
	readonly isConnected = this.#observe(() => this.#socket?.connected ?? false);

	/** The reason why there is no connection, kept until the next connection. */
	readonly error = this.#observe(() => this.#error);

	/** `websocket` or `polling` while connected. */
	readonly transport = this.#observe(() =>
		this.#socket?.connected ? this.#socket.io.engine.transport.name : undefined
	);

	/** The duration of the last `ping` in milliseconds; undefined before the first ping of a connection. */
	readonly roundTripMs = this.#observe(() => (this.#socket?.connected ? this.#roundTripMs : undefined));

	/** @param page the window whose events wake the connection; undefined outside a browser */
	constructor(page: EventTarget | undefined = globalThis.window) {
		this.#page = page;
	}

	/**
	 * Opens the connection. A connection to the same URL that is open or opening does not change. A connection to another URL is
	 * replaced, and the listeners stay.
	 * @throws {TypeError} when the URL is not the URL of a server; an open connection is then closed
	 */
	connect(url = DEFAULT_URL, options: SocketWrapperOptions = {}): void {
		let href: string;
		try {
			href = parseServerUrl(url);
		} catch (error) {
			this.disconnect();
			throw error;
		}
		if (href === this.#url && this.#socket?.active) return;
		this.disconnect();
		this.#url = href;
		this.#socket = this.#createSocket(href, { ...DEFAULTS, ...options });
		this.#socket.connect();
	}

	/** Closes the connection. The listeners stay for the next `connect`. */
	disconnect(): void {
		this.#stopTrying?.();
		this.#socket?.disconnect();
		this.#socket = undefined;
		this.#url = undefined;
		this.#error = undefined;
		this.#changed();
	}

	/**
	 * Sends an event when connected. Otherwise it drops the event: Socket.IO would send a buffered event before the `connect`
	 * listeners run, out of order.
	 * @returns whether the event was sent
	 */
	emit<Name extends EventName<Emit>>(event: Name, ...args: EventArguments<Emit[Name]>): boolean {
		if (!this.#socket?.connected) return false;
		this.#socket.emit(event, ...args);
		return !dropUnsent(this.#socket);
	}

	/**
	 * Sends an event and waits for its acknowledgement.
	 * @throws {Error} when not connected, when the connection ends before the reply, or after `ackTimeout`
	 */
	async emitWithAck<Name extends EventName<Emit>>(
		event: Name,
		...args: EventArguments<Emit[Name]>
	): Promise<EventReply<Emit[Name]>> {
		if (!this.#socket?.connected) throw new Error('not connected');
		const reply = this.#socket.emitWithAck(event, ...args);
		if (dropUnsent(this.#socket)) {
			// The promise rejects after the timeout, when nothing handles it any more.
			reply.catch(() => undefined);
			throw new Error('not connected');
		}
		// Socket.IO does not know the type of the acknowledgement; the event map declares it.
		return (await reply) as EventReply<Emit[Name]>;
	}

	/**
	 * Measures the round trip with an event that the server acknowledges at once. Other replies may wait on the server.
	 * @throws {Error} as `emitWithAck`
	 */
	async ping<Name extends EventName<Emit>>(
		event: Name,
		...args: EventArguments<Emit[Name]>
	): Promise<EventReply<Emit[Name]>> {
		const sentAtMs = performance.now();
		const reply = await this.emitWithAck(event, ...args);
		this.#roundTripMs = performance.now() - sentAtMs;
		this.#notify();
		return reply;
	}

	/**
	 * Subscribes to an event of the map, or to `connect`, `disconnect` and `connect_error`.
	 * @returns the function that unsubscribes
	 */
	on<Name extends EventName<Listen & ConnectionEvents>>(
		event: Name,
		listener: (Listen & ConnectionEvents)[Name]
	): () => void {
		// Socket.IO calls the listener with the arguments that the map declares for this event.
		const entry = [event as string, listener as unknown as Listener] as const;
		this.#listeners.add(entry);
		this.#socket?.on(...entry);
		return () => {
			if (this.#listeners.delete(entry)) this.#socket?.off(...entry);
		};
	}

	#createSocket(url: string, options: SocketWrapperOptions): Socket {
		const socket: Socket = io(url, { ...options, autoConnect: false, forceNew: true });
		fallBackOnSilence(socket.io);
		const reopening = reopenWhenRejected(socket);
		const stopListening = onWake(this.#page, (isOffline) => wakeUp(socket, reopening.now, isOffline));
		this.#stopTrying = () => {
			stopListening();
			reopening.stop();
		};

		socket.on('connect', () => {
			log('Socket connected:', socket.id);
			this.#roundTripMs = undefined;
			this.#changed();
			socket.io.engine.once('upgrade', () => this.#notify());
		});
		socket.on('disconnect', (reason) => {
			log('Socket disconnected:', reason);
			// A rejected attempt may also fire `disconnect`; its first error is more precise.
			this.#changed(this.#error ?? new Error(reason));
		});
		socket.on('connect_error', (error) => {
			log('Socket connection error:', error.message);
			this.#changed(error);
		});
		// Without this, `active` stays true after the last attempt.
		const giveUp = () => socket.disconnect();
		socket.io.on('reconnect_failed', giveUp);
		if (!socket.io.reconnection()) socket.on('disconnect', giveUp).on('connect_error', giveUp);

		for (const entry of this.#listeners) socket.on(...entry);
		return socket;
	}

	#changed(error?: Error): void {
		this.#error = error;
		this.#notify();
	}

	#notify(): void {
		for (const observer of this.#observers) observer();
	}

	#observe<Value>(read: () => Value): ReactiveValue<Value> {
		return new ReactiveValue(read, (observer) => {
			this.#observers.add(observer);
			return () => this.#observers.delete(observer);
		});
	}
}

/**
 * Drops events that Socket.IO has buffered instead of sending them. After a sleep, Socket.IO may report a connection although it
 * knows that the connection is dead.
 * @returns whether there were such events
 */
function dropUnsent(socket: Socket): boolean {
	return socket.sendBuffer.splice(0).length > 0;
}

function log(...words: unknown[]): void {
	if (dev) console.log(...words);
}
