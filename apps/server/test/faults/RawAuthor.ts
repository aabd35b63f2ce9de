import type { Reply } from '@digda/protocol';
import type { Ledger } from './Ledger.ts';
import { SocketLine, type Identity } from './SocketLine.ts';
import { DEADLINE_MS } from './until.ts';

const RETRY_MS = 30;

/** A message that is sent by hand, past all outboxes. */
export interface RawMessage {
	room: string;
	id: string;
	text: string;
}

/** A plain connection that sends what it is told, everything at once, and sends again what was not answered. */
export class RawAuthor {
	readonly #line: SocketLine;
	readonly #ledger: Ledger;
	readonly #identity: Identity;

	/** @param identity that of a browser makes this one more connection of it */
	constructor(url: string, ledger: Ledger, identity: Identity = {}) {
		this.#identity = identity;
		this.#ledger = ledger;
		this.#line = new SocketLine({ url, transport: 'websocket', identity });
		this.#line.connect();
	}

	/** Resolves when each message is acknowledged. @throws when that takes too long, or a message is refused */
	async send(messages: readonly RawMessage[]): Promise<void> {
		const deadline = performance.now() + DEADLINE_MS;
		for (const room of new Set(messages.map(({ room }) => room))) await this.#join(deadline, room);
		await Promise.all(messages.map((message) => this.#store(deadline, message)));
	}

	close(): void {
		this.#line.disconnect();
	}

	async #join(deadline: number, room: string): Promise<void> {
		await insist(deadline, () => this.#line.request('room:join', { room }));
	}

	async #store(deadline: number, message: RawMessage): Promise<void> {
		const { room, id } = message;
		const { seq } = await insist(deadline, () => this.#line.request('message:send', message));
		const userId = this.#identity.user?.id ?? '';
		this.#ledger.acknowledged.push({ room, id, seq, userId });
		this.#ledger.count('messages acknowledged');
	}
}

/** Asks until there is a good answer. @throws when there is none in time, or one that will stay */
async function insist<Data>(deadline: number, ask: () => Promise<Reply<Data>>): Promise<Data> {
	let last = 'nothing';
	while (performance.now() < deadline) {
		const reply = await ask().catch(() => undefined);
		if (reply?.ok) return reply.data;
		if (reply) last = reply.error.code;
		if (reply && reply.error.code !== 'unavailable') break;
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
	}
	throw new Error(`a request by hand was answered with ${last}`);
}
