import { PROTOCOL, type ChatServerToClient, type RejectionCode, type User } from '@digda/protocol';
import type { ChatSocket, Handshake } from './ChatSocket.ts';
import type { IdentityStorage } from './Identity.ts';
import { dataOf, type Ask } from './requests.ts';
import { RequestSender } from './RequestSender.ts';
import { Signal } from './Signal.ts';
import { Timer } from './Timer.ts';
import { withoutLock, type Exclusive, type Schedule } from './timing.ts';

/** Another tab may take this long to write a new token. */
const RECHECK_MS = 1_000;

export interface SessionOptions {
	socket: ChatSocket;
	identities: IdentityStorage;
	schedule: Schedule;
	/** The lock for the first connection of a browser. Without it, two tabs may become two guests. */
	exclusive?: Exclusive | undefined;
	random?: () => number;
}

/** The session of a browser in one of its tabs: its token, its user and its connection. */
export class Session {
	/** Fires when the user, the readiness, `isUnknown` or `blocked` has changed. */
	readonly changes = new Signal();
	/** Fires when a new connection is ready for requests. */
	readonly began = new Signal();
	/** Fires when the connection has ended. */
	readonly ended = new Signal();
	/** Fires whenever the server rejects a connection because the client is outdated. */
	readonly outdated = new Signal();
	readonly #socket: ChatSocket;
	readonly #identities: IdentityStorage;
	readonly #exclusive: Exclusive;
	readonly #requests: RequestSender;
	readonly #recheck: Timer;
	readonly #closing = new AbortController();
	/** The token of the last attempt to connect. */
	#token: string | undefined;
	#user: User | undefined;
	#isOperator = false;
	#blocked: ReadonlySet<string> = new Set();
	#isUnknown = false;

	constructor({ socket, identities, schedule, exclusive = withoutLock, random = Math.random }: SessionOptions) {
		this.#socket = socket;
		this.#identities = identities;
		this.#exclusive = exclusive;
		this.#requests = new RequestSender(socket, schedule, random);
		this.#recheck = new Timer(schedule, () => this.#checkToken());
		this.#user = identities.read()?.user;
		const subscriptions = [
			socket.on('session:ready', (ready) => this.#begin(ready)),
			socket.on('user:renamed', ({ user }) => this.#rename(user)),
			socket.on('person:blocked', ({ userId, isBlocked }) => this.#setBlocked(userId, isBlocked)),
			socket.onDisconnect(() => this.#end()),
			socket.onReject((code) => this.#reject(code)),
			identities.subscribe(() => this.#follow())
		];
		this.#closing.signal.addEventListener('abort', () => {
			for (const unsubscribe of subscriptions) unsubscribe();
		});
	}

	/** The user; before the first connection the user of the last visit. */
	get user(): User | undefined {
		return this.#user;
	}

	/** Tells whether the user is the operator, who may delete any message and close any room. */
	get isOperator(): boolean {
		return this.#isOperator;
	}

	/** The ids of the people whom the user blocks in direct rooms. Each change creates another set. */
	get blocked(): ReadonlySet<string> {
		return this.#blocked;
	}

	/** Tells whether requests can be sent: from `session:ready` until the connection ends. */
	get isReady(): boolean {
		return this.#requests.isReady;
	}

	/** Tells whether the server does not know the token of this browser. */
	get isUnknown(): boolean {
		return this.#isUnknown;
	}

	/** Sends a request. @throws {ConnectionLost} */
	get ask(): Ask {
		return this.#requests.ask;
	}

	/** Sends that the user types in a room or has stopped. */
	get setTyping(): ChatSocket['setTyping'] {
		return this.#requests.setTyping;
	}

	/** Subscribes to an event of the server. @returns the function that unsubscribes */
	on<Name extends keyof ChatServerToClient>(name: Name, listener: ChatServerToClient[Name]): () => void {
		return this.#socket.on(name, listener);
	}

	/** Connects. A single tab makes the first connection of a browser, and the other tabs wait for its session. */
	async connect(): Promise<void> {
		if (this.#closing.signal.aborted) return;
		if (this.#identities.read()) {
			this.#open();
			return;
		}
		const { promise: isDone, resolve } = Promise.withResolvers<undefined>();
		const release = () => resolve(undefined);
		// The tab holds the lock while a connection that broke before it was ready is retried.
		const unsubscribe = this.began.on(release);
		// A closed tab releases the lock for the next tab.
		this.#closing.signal.addEventListener('abort', release, { once: true });
		const connectFirst = async () => {
			const isKnown = this.#identities.read() !== undefined;
			this.#open();
			if (!isKnown) await isDone;
		};
		await this.#exclusive('digda-session', connectFirst).catch(() => this.#open());
		unsubscribe();
	}

	/** Drops a token that the server does not know, and connects as a new guest, who is the same one in all tabs. */
	async continueAsGuest(): Promise<void> {
		if (this.#identities.read()?.token === this.#token) this.#identities.write(undefined);
		this.#setUnknown(false);
		await this.connect();
	}

	/** Changes the name of the user. @throws {RejectionError} @throws {ConnectionLost} */
	async rename(name: string): Promise<void> {
		this.#rename(dataOf(await this.ask('session:rename', { name })).user);
	}

	/** Blocks a person in direct rooms, or ends that. @throws {RejectionError} @throws {ConnectionLost} */
	async block(userId: string, isBlocked: boolean): Promise<void> {
		dataOf(await this.ask('person:block', { userId, isBlocked }));
		this.#setBlocked(userId, isBlocked);
	}

	/** Sends a ping, which the server acknowledges at once. @throws {ConnectionLost} */
	async ping(): Promise<void> {
		await this.ask('connection:ping', {});
	}

	/** Closes the session: it does not connect again. */
	close(): void {
		this.#closing.abort();
		this.#recheck.clear();
		this.#socket.disconnect();
		this.#end();
	}

	#open(): void {
		if (!this.#closing.signal.aborted) this.#socket.connect(() => this.#handshake());
	}

	#handshake(): Handshake {
		this.#token = this.#identities.read()?.token;
		return { protocol: PROTOCOL, ...(this.#token !== undefined && { token: this.#token }) };
	}

	#begin({ user, token, isOperator, blocked = [] }: Parameters<ChatServerToClient['session:ready']>[0]): void {
		// Requests of an earlier connection get no reply.
		this.#end();
		this.#remember(user, token);
		this.#user = user;
		this.#isOperator = isOperator === true;
		this.#blocked = new Set(blocked);
		this.#requests.open();
		this.changes.fire();
		this.began.fire();
	}

	#remember(user: User, token: string | undefined): void {
		const known = this.#identities.read();
		if (token !== undefined) this.#identities.write({ token, user });
		else if (!known && this.#token !== undefined) this.#identities.write({ token: this.#token, user });
		// Another tab may have written another token meanwhile.
		else if (known && known.token === this.#token) this.#identities.write({ ...known, user });
	}

	#end(): void {
		if (!this.isReady) return;
		this.#requests.close();
		this.ended.fire();
		this.changes.fire();
	}

	#rename(user: User): void {
		const identity = this.#identities.read();
		if (identity?.user.id === user.id) this.#identities.write({ ...identity, user });
		if (user.id !== this.#user?.id) return;
		this.#user = user;
		this.changes.fire();
	}

	#setBlocked(userId: string, isBlocked: boolean): void {
		const others = [...this.#blocked].filter((id) => id !== userId);
		this.#blocked = new Set(isBlocked ? [...others, userId] : others);
		this.changes.fire();
	}

	#reject(code: RejectionCode): void {
		if (code === 'outdated') this.outdated.fire();
		// Another tab may have written a new token, and the next attempt uses it.
		if (code !== 'unauthorized' || this.#identities.read()?.token !== this.#token) return;
		this.#socket.disconnect();
		this.#recheck.set(RECHECK_MS);
	}

	/** Connects with another token, if another tab has written one or a rotation had no reply. */
	#checkToken(): void {
		const identity = this.#identities.read();
		if (identity?.token === this.#token) {
			if (identity?.next === undefined) {
				this.#setUnknown(true);
				return;
			}
			this.#identities.write({ token: identity.next, user: identity.user });
		}
		void this.connect();
	}

	/** Reconnects when another tab has switched this browser to another user. */
	#follow(): void {
		const id = this.#identities.read()?.user.id;
		if (id === undefined || !this.isReady || id === this.#user?.id) return;
		this.#socket.disconnect();
		void this.connect();
	}

	#setUnknown(isUnknown: boolean): void {
		this.#isUnknown = isUnknown;
		this.changes.fire();
	}
}
