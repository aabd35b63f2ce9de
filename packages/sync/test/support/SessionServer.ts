import type { RejectionCode, RequestPayload, User } from '@digda/protocol';
import type { Handshake } from '../../src/index.ts';
import { FakeServer } from './FakeServer.ts';
import type { VirtualTime } from './VirtualTime.ts';

/** The delay after which a rejected or disconnected socket reconnects. */
const RECONNECTION_DELAY_MS = 500;

/** A server that has only sessions. Each of its connections is a tab. */
export class SessionServer {
	readonly time: VirtualTime;
	/** The user of each session, by token. */
	readonly users = new Map<string, User>();
	/** While it is set, the server rejects each attempt to connect with this code. */
	rejection: RejectionCode | undefined;
	readonly #connections: SessionConnection[] = [];
	#guests = 0;

	constructor(time: VirtualTime) {
		this.time = time;
	}

	/** The names of all users that the server has created. */
	get guests(): string[] {
		return Array.from({ length: this.#guests }, (_, index) => `guest ${index + 1}`);
	}

	/** Creates a tab, not connected. */
	createConnection(): SessionConnection {
		const connection = new SessionConnection(this);
		this.#connections.push(connection);
		return connection;
	}

	/** Creates a user and a session. */
	createSession(): { token: string; user: User } {
		this.#guests += 1;
		const name = `guest ${this.#guests}`;
		const session = { token: `token of ${name}`, user: { id: name, name } };
		this.users.set(session.token, session.user);
		return session;
	}

	/** Accepts or rejects a connection. */
	admit({ token }: Handshake): RejectionCode | { user: User; token?: string } {
		if (this.rejection) return this.rejection;
		if (token === undefined) return this.createSession();
		const user = this.users.get(token);
		return user ? { user } : 'unauthorized';
	}

	/** Replaces all sessions of a user by a new one, and ends the other connections. */
	rotate(connection: SessionConnection, token: string): void {
		const user = connection.connected;
		if (!user) return;
		for (const [known, { id }] of this.users) if (id === user.id) this.users.delete(known);
		this.users.set(token, user);
		for (const each of this.#connections) if (each !== connection && each.connected?.id === user.id) each.disconnect();
	}
}

/** The socket of a tab. It retries until `disconnect`. */
export class SessionConnection extends FakeServer {
	/** Every attempt to connect. */
	readonly attempts: Handshake[] = [];
	/** The user of the connection. */
	connected: User | undefined;
	readonly #server: SessionServer;
	#cancel: (() => void) | undefined;

	constructor(server: SessionServer) {
		super();
		this.#server = server;
		const connect = this.socket.connect.bind(this.socket);
		this.socket.connect = (handshake) => {
			if (this.handshake) return;
			connect(handshake);
			void this.#attempt(handshake);
		};
		this.instead['session:rotate'] = (payload) => this.rotate(payload);
		this.instead['session:rename'] = ({ name }) => {
			const user = { id: this.connected?.id ?? '', name };
			return { ok: true, data: { user } };
		};
	}

	/** Replies to a rotation. */
	rotate({ token }: RequestPayload<'session:rotate'>): unknown {
		this.#server.rotate(this, token);
		return { ok: true, data: {} };
	}

	/** Ends the connection, or the attempt. */
	override disconnect(): void {
		this.connected = undefined;
		this.#cancel?.();
		super.disconnect();
		if (this.handshake) this.#attemptLater(this.handshake);
	}

	async #attempt(handshake: () => Handshake): Promise<void> {
		await new Promise((resolve) => setImmediate(resolve));
		if (this.handshake !== handshake) return;
		const said = handshake();
		this.attempts.push(said);
		await new Promise((resolve) => setImmediate(resolve));
		// A listener may have disconnected the socket meanwhile.
		if (this.handshake !== handshake) return;
		const answer = this.#server.admit(said);
		if (typeof answer === 'string') {
			this.reject(answer);
			this.#attemptLater(handshake);
		} else {
			this.connected = answer.user;
			this.tell('session:ready', answer);
		}
	}

	#attemptLater(handshake: () => Handshake): void {
		this.#cancel?.();
		if (this.handshake !== handshake) return;
		this.#cancel = this.#server.time.schedule(RECONNECTION_DELAY_MS, () => void this.#attempt(handshake));
	}
}
