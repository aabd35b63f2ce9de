import { dev } from '$app/env';
import { DEFAULT_SERVER_PORT } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { EventArguments, EventMap, EventName, EventReply, LineEvents } from './event-map.ts';
import { ReactiveValue } from './ReactiveValue.ts';
import { reopenWhenTurnedAway } from './reopen.ts';
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
	/** An attempt that says nothing for this long is given up; then the next transport has its turn. */
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
	#roundTripMs: number | undefined;
	#stopTrying: (() => void) | undefined;
	readonly #page: EventTarget | undefined;
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

	/** How long the last `ping` took; undefined before the first one of a connection. */
	readonly roundTripMs = this.#observe(() => (this.#socket?.connected ? this.#roundTripMs : undefined));

	/** @param page the window that wakes; outside a browser there is none */
	constructor(page: EventTarget | undefined = globalThis.window) {
		this.#page = page;
	}

	/**
	 * Opens the connection. One to the same URL that stands or is being opened stays as it is; any other is
	 * replaced, and the listeners stay.
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
		if (href === this.#url && this.#socket?.active) return;
		this.disconnect();
		this.#url = href;
		this.#socket = this.#createSocket(href, { ...DEFAULTS, ...options });
		this.#socket.connect();
	}

	/** Closes the connection for good; listeners stay for the next one. */
	disconnect(): void {
		this.#stopTrying?.();
		this.#socket?.disconnect();
		this.#socket = undefined;
		this.#url = undefined;
		this.#error = undefined;
		this.#changed();
	}

	/**
	 * Sends an event when connected. Nothing is kept for later: Socket.IO would send it before the `connect`
	 * listeners run, out of turn.
	 * @returns whether it was handed to the line
	 */
	emit<Name extends EventName<Emit>>(event: Name, ...args: EventArguments<Emit[Name]>): boolean {
		if (!this.#socket?.connected) return false;
		this.#socket.emit(event, ...args);
		return !takeBack(this.#socket);
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
		if (takeBack(this.#socket)) {
			reply.catch(() => undefined); // it times out later, unheard
			throw new Error('not connected');
		}
		// The event map says what the other side acknowledges with; Socket.IO itself does not know it.
		return (await reply) as EventReply<Emit[Name]>;
	}

	/**
	 * Measures the round trip with an event that the other side acknowledges at once: any other reply may also wait for
	 * something on the server.
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
	 * Listens to an event of the map, or to `connect`, `disconnect` and `connect_error`.
	 * @returns the function that ends it
	 */
	on<Name extends EventName<Listen & LineEvents>>(event: Name, listener: (Listen & LineEvents)[Name]): () => void {
		// Socket.IO calls it with what the map promises for this event.
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
		const reopening = reopenWhenTurnedAway(socket);
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
			// Also after an attempt that was rejected half-way; then the rejection says more than this.
			this.#changed(this.#error ?? new Error(reason));
		});
		socket.on('connect_error', (error) => {
			log('Socket connection error:', error.message);
			this.#changed(error);
		});
		// Otherwise a socket that gave up passes for one that still tries.
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
 * Takes back what Socket.IO kept instead of sending it: after a sleep it may call itself connected and know
 * that the line is dead.
 * @returns whether there was anything
 */
function takeBack(socket: Socket): boolean {
	return socket.sendBuffer.splice(0).length > 0;
}

function log(...words: unknown[]): void {
	if (dev) console.log(...words);
}
