import type {
	EntryKind,
	EntryPayload,
	Reply,
	RequestData,
	RequestName,
	RequestPayload,
	StoredEntry,
	User
} from '@digda/protocol';
import { requestOf } from '@digda/testkit/entries.ts';
import { DEADLINE_MS } from '@digda/testkit/faults/until.ts';
import type { Ledger } from './Ledger.ts';
import { BrowserIdentity, type KnownIdentity } from './BrowserIdentity.ts';
import { openSession } from './open-session.ts';

const RETRY_MS = 30;

/** An entry that is sent without an outbox. */
export type RawEntry = { [Kind in EntryKind]: { kind: Kind } & EntryPayload<Kind> }[EntryKind];

export type RawMessage = EntryPayload<'message'>;

/** A plain connection that sends requests at once, and repeats those without an answer. */
export class RawAuthor {
	readonly #connection: ReturnType<typeof openSession>;
	readonly #ledger: Ledger;
	readonly #identities: BrowserIdentity;

	/** @param identity of a browser, for another connection of it */
	constructor(url: string, ledger: Ledger, identity: KnownIdentity = {}) {
		this.#identities = new BrowserIdentity(identity);
		this.#ledger = ledger;
		const identities = this.#identities.openTab();
		this.#connection = openSession({ url, transport: 'websocket', identities });
		void this.#connection.session.connect();
	}

	/** The user, once it was connected. */
	get user(): User | undefined {
		return this.#identities.known.user;
	}

	/** Repeats a request until there is a final answer. @throws when that takes too long */
	async ask<Name extends RequestName>(
		name: Name,
		payload: RequestPayload<Name>,
		deadline = performance.now() + DEADLINE_MS
	): Promise<Reply<RequestData<Name>>> {
		while (performance.now() < deadline) {
			const reply = await this.#connection.socket.request(name, payload).catch(() => undefined);
			if (reply && (reply.ok || reply.error.code !== 'unavailable')) return reply;
			await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
		}
		throw new Error(`no answer to ${name}`);
	}

	/** Sends a request that must succeed. @throws when it is rejected, or without an answer */
	async get<Name extends RequestName>(
		name: Name,
		payload: RequestPayload<Name>,
		deadline?: number
	): Promise<RequestData<Name>> {
		const reply = await this.ask(name, payload, deadline);
		if (reply.ok) return reply.data;
		throw new Error(`${name} by hand was answered with ${reply.error.code}`);
	}

	/** Resolves when each message is acknowledged. @throws when that takes too long, or a message is rejected */
	async send(messages: readonly RawMessage[]): Promise<StoredEntry[]> {
		const deadline = performance.now() + DEADLINE_MS;
		for (const room of new Set(messages.map(({ room }) => room))) await this.get('room:join', { room }, deadline);
		const sent = messages.map(async (message) => {
			const reply = await this.add({ kind: 'message', ...message }, deadline);
			if (reply.ok) return reply.data;
			throw new Error(`a message by hand was answered with ${reply.error.code}`);
		});
		return await Promise.all(sent);
	}

	/** Sends an entry until there is a final answer. @throws when that takes too long */
	async add(entry: RawEntry, deadline?: number): Promise<Reply<StoredEntry>> {
		const { kind, ...payload } = entry;
		const reply = await this.ask(requestOf(kind), payload, deadline);
		const { known } = this.#identities;
		if (reply.ok && known.user) this.#ledger.acknowledge(entry, reply.data.seq, known.user.id, known);
		return reply;
	}

	close(): void {
		this.#connection.session.close();
	}
}
