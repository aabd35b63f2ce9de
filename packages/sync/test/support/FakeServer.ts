import type {
	ChatServerToClient,
	Message,
	Reply,
	RequestData,
	RequestName,
	RequestPayload,
	User
} from '@digda/protocol';
import type { Line } from '../../src/index.ts';

type Handlers = { [Name in RequestName]?: (payload: RequestPayload<Name>) => unknown };

/** The other end of a line: a log of one room, told what to say and when. */
export class FakeServer {
	readonly user: User = { id: 'me', name: 'Me' };
	epoch = 'first';
	log: Message[] = [];
	/** How far one has read; without a word, everything. */
	readSeq = Infinity;
	/** Every request, in order. */
	readonly asked: { name: RequestName; payload: object }[] = [];
	readonly typed: boolean[] = [];
	/** Answers that differ from those of a good server; what they return or throw counts. */
	readonly instead: Handlers = {};
	/** While it is set, answers wait for it. */
	hold: Promise<unknown> | undefined;
	readonly #listeners = new Map<string, Set<(payload: never) => void>>();
	readonly #lost = new Set<() => void>();

	readonly line: Line = {
		request: async (name, payload) => {
			this.asked.push({ name, payload });
			const answer = this.#answer(name, payload);
			if (this.hold) await this.hold;
			await new Promise((resolve) => setImmediate(resolve));
			return answer;
		},
		setTyping: ({ isTyping }) => void this.typed.push(isTyping),
		on: (name, listener) => {
			const listeners = this.#listeners.get(name) ?? new Set();
			this.#listeners.set(name, listeners.add(listener));
			return () => listeners.delete(listener);
		},
		onLost: (listener) => {
			this.#lost.add(listener);
			return () => this.#lost.delete(listener);
		}
	};

	/** How often something was asked. */
	count(name: RequestName): number {
		return this.asked.filter((request) => request.name === name).length;
	}

	tell<Name extends keyof ChatServerToClient>(name: Name, payload: Parameters<ChatServerToClient[Name]>[0]): void {
		for (const listener of this.#listeners.get(name) ?? []) listener(payload as never);
	}

	connect(): void {
		this.tell('session:ready', { user: this.user });
	}

	disconnect(): void {
		for (const listener of this.#lost) listener();
	}

	/** Stores what somebody else says, without a word to anybody. */
	store(...messages: Message[]): void {
		this.log.push(...messages);
	}

	/** Tells about the messages `(after, to]`. */
	news(after: number, to: number): void {
		this.tell('message:new', { room: 'lobby', messages: this.log.slice(after, to) });
	}

	#answer<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Reply<RequestData<Name>> {
		const instead = this.instead[name];
		if (instead) return instead(payload) as never;
		const data =
			name === 'room:join'
				? this.#join(payload as RequestPayload<'room:join'>)
				: name === 'history:read'
					? this.#read(payload as RequestPayload<'history:read'>)
					: { readSeq: 0, rooms: [] };
		return { ok: true, data } as never;
	}

	#join({ after, epoch }: RequestPayload<'room:join'>) {
		const head = this.log.length;
		const reset = after !== undefined && (epoch !== this.epoch || after > head);
		const messages = after === undefined || reset ? this.log.slice(-50) : this.log.slice(after, after + 50);
		return {
			...{ room: 'lobby', title: 'Lobby', epoch: this.epoch, head, readSeq: Math.min(this.readSeq, head), reset },
			...{ messages, members: [this.user], memberCount: 1 }
		};
	}

	#read({ around, before, after = 0, limit = 50 }: RequestPayload<'history:read'>) {
		const first = around === undefined ? after : Math.max(around - 1 - limit / 2, 0);
		const messages =
			before === undefined ? this.log.slice(first, first + limit) : this.log.slice(0, before - 1).slice(-limit);
		return { epoch: this.epoch, head: this.log.length, messages };
	}
}
