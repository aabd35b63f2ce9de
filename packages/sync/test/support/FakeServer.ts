import {
	isMentioned,
	lastEntryIn,
	type ChatServerToClient,
	type Entry,
	type Head,
	type RejectionCode,
	type Reply,
	type RequestData,
	type RequestName,
	type RequestPayload,
	type RoomSummary,
	type StoredEntry,
	type Target,
	type User
} from '@digda/protocol';
import type { ChatSocket } from '../../src/index.ts';
import { RoomLog, type Content } from './RoomLog.ts';

type Handlers = { [Name in RequestName]?: (payload: RequestPayload<Name>) => unknown };

/** The server side of a connection, with the log of one room. The test controls its replies and events. */
export class FakeServer {
	readonly user: User = { id: 'me', name: 'Me' };
	readonly room = new RoomLog(this.user);
	epoch = 'first';
	/** The read cursor of the user; by default the head. */
	readSeq = Infinity;
	/** Every request, in order. */
	readonly asked: { name: RequestName; payload: object }[] = [];
	readonly typed: boolean[] = [];
	/** Replies that replace those of a good server: their result or error counts. */
	readonly instead: Handlers = {};
	/** While it is set, replies wait for this promise. */
	hold: Promise<unknown> | undefined;
	readonly #listeners = new Map<string, Set<(payload: never) => void>>();
	readonly #lost = new Set<() => void>();

	/** The handshake of the current attempt to connect; undefined after `disconnect`. */
	handshake: Parameters<ChatSocket['connect']>[0] | undefined;
	readonly #rejections = new Set<(code: RejectionCode) => void>();

	readonly socket: ChatSocket = {
		connect: (handshake) => (this.handshake ??= handshake),
		disconnect: () => {
			if (!this.handshake) return;
			this.handshake = undefined;
			this.disconnect();
		},
		request: async (name, payload) => {
			this.asked.push({ name, payload });
			const answer = this.answer(name, payload);
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
		onDisconnect: (listener) => {
			this.#lost.add(listener);
			return () => this.#lost.delete(listener);
		},
		onReject: (listener) => {
			this.#rejections.add(listener);
			return () => this.#rejections.delete(listener);
		}
	};

	get log(): Entry[] {
		return this.room.entries;
	}

	set log(entries: readonly Entry[]) {
		this.room.entries = [...entries];
	}

	/** Counts the requests with a name. */
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

	/** Rejects an attempt to connect. */
	reject(code: RejectionCode): void {
		for (const listener of this.#rejections) listener(code);
	}

	/** Stores entries without delivering them. */
	store(...entries: Entry[]): void {
		this.log.push(...entries);
	}

	/** Stores an entry of an author without delivering it. Authors have read their own messages. */
	add(author: User, content: Content, id?: string): Entry | undefined {
		const entry = this.room.add(author, content, id);
		if (entry?.kind === 'message' && author.id === this.user.id) this.readSeq = Math.max(this.readSeq, entry.seq);
		return entry;
	}

	/** Stores an entry of an author and delivers it. */
	say(author: User, content: Content): void {
		if (this.add(author, content)) this.news(this.log.length - 1, this.log.length);
	}

	/** Delivers the entries `(after, to]`. */
	news(after: number, to: number): void {
		this.tell('entry:new', { room: 'lobby', entries: this.room.read(after, to) });
	}

	/** Sends the head of the log, or another head. */
	tellHead(head: Head = this.room.head): void {
		this.tell('room:heads', { heads: { lobby: head } });
	}

	/** Returns the room as an item of a list. */
	summary(): RoomSummary {
		const deletion = this.log.findLast(({ kind }) => kind === 'delete');
		const mention = this.room.messages().findLast((each) => each.seq > this.readSeq && isMentioned(each, this.user.id));
		return {
			...{ lastMention: mention?.seq ?? 0, isMentioned: mention !== undefined },
			...{
				room: 'lobby',
				title: 'Lobby',
				topic: this.room.topic,
				isPrivate: false,
				isOwner: false,
				isMember: true,
				memberCount: 1
			},
			...{ ...this.room.head, ...this.room.cursorAt(this.readSeq), lastDeletion: deletion?.seq ?? 0 },
			...{ lastAt: this.log.findLast(({ kind }) => kind === 'message')?.sentAt ?? 0, isPinned: false, isMuted: false }
		};
	}

	/** Returns the current reply to a request. */
	answer<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Reply<RequestData<Name>> {
		const instead = this.instead[name];
		if (instead) return instead(payload) as never;
		const handlers: Handlers = this.#handlers;
		const data = handlers[name]?.(payload) ?? {};
		return (isRejection(data) ? data : { ok: true, data }) as never;
	}

	readonly #handlers: Handlers = {
		'room:list': () => ({ rooms: this.log.length > 0 ? [this.summary()] : [] }),
		'room:join': (payload) => ({
			...{ room: 'lobby', title: 'Lobby', topic: this.room.topic, isPrivate: false, isOwner: false },
			...{ ...this.room.join(payload, this.epoch), ...this.room.cursorAt(this.readSeq) },
			...{ members: [this.user], memberCount: 1 }
		}),
		'history:read': (payload) => ({ epoch: this.epoch, ...this.room.page(payload) }),
		'read:mark': ({ seq }) => {
			this.readSeq = Math.max(this.readSeq, seq);
			return this.room.cursorAt(this.readSeq);
		},
		'message:send': ({ id, replyTo, ...said }) =>
			replyTo
				? this.#change(id, replyTo, (seq) => ({ kind: 'message', ...said, replyTo: seq }))
				: this.#store(id, { kind: 'message', ...said }),
		'message:edit': ({ id, target, ...said }) =>
			this.#change(id, target, (seq) => ({ kind: 'edit', target: seq, ...said })),
		'topic:set': ({ id, text }) => this.#store(id, { kind: 'topic', text }),
		'message:delete': ({ id, target }) => this.#change(id, target, (seq) => ({ kind: 'delete', target: seq })),
		'message:react': ({ id, target, emoji, isSet }) =>
			this.#change(id, target, (seq) => ({ kind: 'reaction', target: seq, emoji, isSet }))
	};

	#store(id: string, content: Content): StoredEntry | undefined {
		const known = this.log.find((entry) => entry.id === id && entry.author.id === this.user.id);
		const entry = known ?? this.add(this.user, content, id);
		return entry && { room: 'lobby', id, seq: entry.seq, sentAt: entry.sentAt };
	}

	#change(id: string, { author, id: targetId }: Target, toContent: (seq: number) => Content): unknown {
		const target = this.room.messages().find((message) => message.author.id === author && message.id === targetId);
		if (!target) return { ok: false, error: { code: 'not_found', message: '' } };
		const content = toContent(target.seq);
		if (target.isDeleted && !['delete', 'message'].includes(content.kind))
			return { ok: false, error: { code: 'gone', message: '' } };
		return this.#store(id, content) ?? { room: 'lobby', id, seq: lastEntryIn(target), sentAt: target.sentAt };
	}
}

function isRejection(data: unknown): boolean {
	return typeof data === 'object' && data !== null && 'ok' in data && data.ok === false;
}
