import { CHAT_NAMESPACE, PROTOCOL, type ChatClientToServer, type ChatServerToClient } from '@digda/protocol';
import { ChatClient, LineLost, type Outbox } from '@digda/sync';
import { createContext } from 'svelte';
import { PATIENT, SocketWrapper, type SocketWrapperOptions } from '#lib/socket';
import { Drafts } from './Drafts.svelte.ts';
import { exclusive, inTurn } from './exclusive.ts';
import { createToken, readIdentity, writeIdentity } from './identity.ts';
import { OutboxDatabase } from './OutboxDatabase.ts';
import { lineOf, type ChatSocket } from './SocketLine.ts';
import type { KeptMessages } from '#lib/rare/KeptMessages.ts';
import { Watched } from './Watched.ts';

/** How long a tab may take to write down a new token. */
const DOUBT_MS = 1_000;

/** What the server says when it does not let a connection in. */
type RejectionError = Error & { data?: { code?: string } };

/** The chat of this page: its connection, who it is, and its rooms. */
export class ChatSession {
	readonly socket: ChatSocket = new SocketWrapper<ChatServerToClient, ChatClientToServer>();
	readonly client: ChatClient;
	/** The client as components read it. */
	readonly watched: Watched<ChatClient>;
	readonly drafts = new Drafts();
	/** What was typed, as components read it. */
	readonly outbox: Watched<Outbox>;
	/** Whether the server does not know the token of this browser. */
	isUnknown = $state(false);
	/** What was last seen of each room, once it has been loaded. */
	kept = $state.raw<KeptMessages>();
	readonly #server: string;
	/** What the server was last told. */
	#token: string | undefined;
	readonly #options: SocketWrapperOptions = {
		...PATIENT,
		// Asked at each connection: another tab may have changed who this browser is.
		auth: (tell) => {
			this.#token = readIdentity()?.token;
			tell({ protocol: PROTOCOL, ...(this.#token !== undefined && { token: this.#token }) });
		}
	};
	readonly #closing = new AbortController();

	/** @param server the URL of the server */
	constructor(server: string) {
		this.#server = server;
		const storage = new OutboxDatabase(() => void this.client.outbox.refresh());
		this.client = new ChatClient({
			...{ line: lineOf(this.socket), storage, exclusive, user: readIdentity()?.user },
			schedule: (ms, run) => {
				const timer = setTimeout(run, ms);
				return () => clearTimeout(timer);
			}
		});
		this.watched = new Watched(this.client);
		this.outbox = new Watched(this.client.outbox);
		this.socket.on('session:ready', ({ user, token }) => {
			const known = readIdentity();
			if (token !== undefined) writeIdentity({ token, user });
			// Another tab may have written down another token since.
			else if (known && known.token === this.#token) writeIdentity({ ...known, user });
			else if (!known && this.#token !== undefined) writeIdentity({ token: this.#token, user });
		});
		// The round trip is measured with each connection, with each entry of one's own, and every `HEADS_INTERVAL_MS`.
		const ping = () => void this.client.ping().catch(() => undefined);
		this.socket.on('session:ready', ping);
		this.socket.on('room:heads', ping);
		this.socket.on('entry:new', ({ entries }) => {
			if (entries.some(({ author }) => author.id === this.client.user?.id)) ping();
		});
		this.socket.on('user:renamed', ({ user }) => {
			const identity = readIdentity();
			if (identity?.user.id === user.id) writeIdentity({ ...identity, user });
		});
		this.socket.on('connect_error', (error: RejectionError) => {
			// Where another tab has become a new guest, the next attempt is made as that.
			if (error.data?.code !== 'unauthorized' || readIdentity()?.token !== this.#token) return;
			this.socket.disconnect();
			void this.#doubt();
		});
	}

	/** Connects, until the function that it returns is called. */
	open(): () => void {
		void this.#connect();
		void import('#lib/rare/KeptMessages.ts')
			.then(({ KeptMessages }) => (this.kept = new KeptMessages(this)))
			.catch(() => undefined);
		const { signal } = this.#closing;
		addEventListener('storage', () => this.#follow(), { signal });
		addEventListener('storage', (event) => this.drafts.restore(event), { signal });
		return () => {
			this.#closing.abort();
			this.client.destroy();
			this.socket.disconnect();
		};
	}

	/** Forgets the session that the server does not know, and becomes a new guest: the same in all tabs. */
	async goOnAsGuest(): Promise<void> {
		if (readIdentity()?.token === this.#token) writeIdentity(undefined);
		this.isUnknown = false;
		await this.#connect();
	}

	/**
	 * Ends all sessions of this person but this browser's, in all of its tabs.
	 * @throws {RejectionError} or without a connection: then nobody knows whether it was done, and it can be done again
	 */
	async signOutElsewhere(): Promise<void> {
		const identity = readIdentity();
		// Another tab may have made this browser somebody else's.
		if (!identity || identity.user.id !== this.client.user?.id) throw new LineLost('there is no session yet');
		const { user } = identity;
		// One that was asked for before may have taken the other's place.
		const next = identity.next ?? createToken();
		writeIdentity({ ...identity, next });
		await this.client.rotateSession(next);
		writeIdentity({ token: next, user });
	}

	/** Becomes who another tab has made this browser. */
	#follow(): void {
		const id = readIdentity()?.user.id;
		if (id === undefined || !this.client.isReady || id === this.client.user?.id) return;
		this.socket.disconnect();
		void this.#connect();
	}

	/** Another tab may be about to write down the token that has taken the place of this one, or none heard that it has. */
	async #doubt(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, DOUBT_MS));
		if (this.#closing.signal.aborted) return;
		const identity = readIdentity();
		if (identity?.token === this.#token) {
			if (identity?.next === undefined) {
				this.isUnknown = true;
				void this.kept?.retain([]);
				return;
			}
			writeIdentity({ token: identity.next, user: identity.user });
		}
		await this.#connect();
	}

	/** The first connection of a browser is made by one tab; the others wait for its session. */
	async #connect(): Promise<void> {
		const { signal } = this.#closing;
		const connect = () => {
			if (!signal.aborted) this.socket.connect(this.#server + CHAT_NAMESPACE, this.#options);
		};
		if (readIdentity()) {
			connect();
			return;
		}
		const settled = Promise.withResolvers<unknown>();
		// A line that breaks before is tried again in the same turn.
		const end = this.socket.on('session:ready', settled.resolve);
		// A page that is left lets the next tab try.
		signal.addEventListener('abort', () => settled.resolve(undefined), { once: true });
		await inTurn('digda-session', async () => {
			const isKnown = readIdentity() !== undefined;
			connect();
			if (!isKnown) await settled.promise;
		}).catch(connect);
		end();
	}
}

export const [getChat, setChat] = createContext<ChatSession>();
