import {
	lastEntryIn,
	lastEntryInQuote,
	countFitting,
	fold,
	isRow,
	MAX_HELD_MESSAGES,
	messageOf,
	excerptOf,
	PAGE_SIZE,
	type Entry,
	type Head,
	type JoinRoom,
	type Mention,
	type Message,
	type MessageEntry,
	type Page,
	type Quote,
	type ReadCursor,
	type ReadHistory,
	type User
} from '@digda/protocol';

/** The content of an entry; `target` is the `seq` of a message. */
export type Content =
	| { kind: 'message'; text: string; replyTo?: number; mentions?: Mention[] }
	| { kind: 'edit'; target: number; text: string; mentions?: Mention[] }
	| { kind: 'delete'; target: number }
	| { kind: 'topic'; text: string }
	| { kind: 'reaction'; target: number; emoji: string; isSet: boolean };

/** The log of a room, and its pages for one user. */
export class RoomLog {
	entries: Entry[] = [];
	readonly reader: User;

	constructor(reader: User) {
		this.reader = reader;
	}

	get head(): Head {
		return this.headAt(this.entries.length);
	}

	/** Returns the head of the log when it had `length` entries. */
	headAt(seq: number): Head {
		return { head: seq, said: this.entries[seq - 1]?.said ?? 0 };
	}

	/** Stores an entry. @returns the entry; undefined if it changes nothing or its message is deleted */
	add(author: User, content: Content, id = idAt(this.entries.length + 1)): Entry | undefined {
		const { head, said } = this.head;
		const fields = { seq: head + 1, id, author, sentAt: head };
		const entry: Entry | undefined =
			content.kind === 'topic'
				? { ...fields, ...content, said }
				: content.kind === 'message'
					? this.#toMessageEntry({ ...fields, said: said + 1 }, content)
					: this.#toChange({ ...fields, said }, content);
		if (entry) this.entries.push(entry);
		return entry;
	}

	/** Returns the topic at the head. */
	get topic(): string {
		return this.entries.findLast((entry) => entry.kind === 'topic')?.text ?? '';
	}

	/** Returns all messages for the user. */
	messages(reader = this.reader): Message[] {
		const messages = new Map<number, Message>();
		for (const entry of this.entries) {
			if (isRow(entry)) messages.set(entry.seq, messageOf(entry));
			else {
				for (const [seq, message] of messages) messages.set(seq, fold(message, entry, reader.id));
			}
		}
		return [...messages.values()];
	}

	/** Returns the entries `(after, to]` as read from the disk, where deleted messages have no content. */
	read(after: number, to: number): Entry[] {
		const deleted = new Set(this.entries.map((entry) => (entry.kind === 'delete' ? entry.target.seq : 0)));
		return this.entries
			.slice(after, to)
			.map((entry) => {
				if (entry.kind === 'topic' || !deleted.has(isRow(entry) ? entry.seq : entry.target.seq)) return entry;
				if (entry.kind === 'reaction') return { ...entry, emoji: '' };
				if (entry.kind === 'delete') return entry;
				const { mentions, ...bare } = entry;
				return { ...bare, text: '' };
			})
			.map((entry) => this.#requote(entry));
	}

	/** Returns the read cursor of a user who has read up to an entry. */
	cursorAt(seq: number): ReadCursor {
		const { head } = this.head;
		const readSeq = Math.min(seq, head);
		const deleted = this.messages().filter((message) => message.seq > readSeq && message.isDeleted);
		return { readSeq, readSaid: this.headAt(readSeq).said + deleted.length };
	}

	page({ before, after, around = 0, limit = PAGE_SIZE }: Omit<ReadHistory, 'room'>): Omit<Page, 'epoch'> {
		const { head } = this.head;
		const all = this.messages();
		if (before !== undefined) {
			const messages = all.filter(({ seq }) => seq < before).slice(-limit);
			return this.#toPage(messages[0]?.seq ?? 1, Math.max(0, Math.min(before - 1, head)), messages);
		}
		if (after !== undefined) {
			const following = all.filter(({ seq }) => seq > after);
			const to = (following[limit]?.seq ?? Math.max(head, after) + 1) - 1;
			return this.#toPage(after + 1, to, following.slice(0, limit));
		}
		const anchor = Math.max(1, Math.min(around, head));
		const index = all.filter(({ seq }) => seq < anchor).length;
		const start = Math.max(Math.min(index - limit / 2, all.length - limit), 0);
		const messages = all.slice(start, start + limit);
		return this.#toPage(messages[0]?.seq ?? 1, (all[start + limit]?.seq ?? head + 1) - 1, messages);
	}

	/** Returns the page of a join. @param epoch names the log */
	join({ from, after, afterId, epoch: held }: JoinRoom, epoch: string): Page & { reset: boolean } {
		const latest = () => ({ epoch, ...this.page({ before: Number.MAX_SAFE_INTEGER }), reset: after !== undefined });
		if (after === undefined || (held ?? epoch) !== epoch || after > this.entries.length) return latest();
		if (after > 0 && afterId !== undefined && afterId !== this.entries[after - 1]?.id) return latest();
		const heldMessages = this.messages().filter(({ seq }) => seq >= (from ?? after + 1) && seq <= after);
		const changed = heldMessages
			.slice(-MAX_HELD_MESSAGES)
			.filter((message) => lastEntryIn(message) > after || lastEntryInQuote(message) > after);
		const page = this.page({ after });
		const messages = [...changed, ...page.messages];
		if (countFitting(messages) < messages.length) return latest();
		return { epoch, ...page, messages, reset: false };
	}

	#toPage(from: number, to: number, messages: Message[]): Omit<Page, 'epoch'> {
		return { ...this.head, from, to, toId: this.entries[to - 1]?.id ?? '', messages };
	}

	#toMessageEntry(
		fields: Omit<MessageEntry, 'kind' | 'text'>,
		{ text, replyTo, mentions }: Content & { kind: 'message' }
	): MessageEntry {
		const source = this.entries[(replyTo ?? 0) - 1];
		const entry: MessageEntry = { kind: 'message', ...fields, text, ...(mentions && { mentions }) };
		return source?.kind === 'message' ? { ...entry, quote: this.#quote(source) } : entry;
	}

	/** Returns the quote of a message at the head. */
	#quote({ seq, id, author, text }: MessageEntry): Quote {
		const changes = this.entries.filter((entry) => !isRow(entry) && entry.target.seq === seq);
		const last = changes.findLast(({ kind }) => kind === 'edit' || kind === 'delete');
		const quote: Quote = { seq, id, author, text: excerptOf(last?.kind === 'edit' ? last.text : text) };
		if (last) quote.changed = last.seq;
		return last?.kind === 'delete' ? { ...quote, text: '', isDeleted: true } : quote;
	}

	/** Returns an entry with its quote at the head, as read from the disk. */
	#requote(entry: Entry): Entry {
		if (entry.kind !== 'message' || !entry.quote) return entry;
		const source = this.entries[entry.quote.seq - 1];
		const { quote, ...bare } = entry;
		if (entry.text === '' || source?.kind !== 'message') return bare;
		return { ...bare, quote: this.#quote(source) };
	}

	#toChange(
		fields: Pick<Entry, 'seq' | 'id' | 'author' | 'sentAt' | 'said'>,
		content: Exclude<Content, { kind: 'message' | 'topic' }>
	): Entry | undefined {
		const message = this.messages(fields.author).find(({ seq }) => seq === content.target);
		if (!message) return undefined;
		const { author, id, seq } = message;
		const entry = { ...fields, ...content, target: { author: author.id, id, seq } };
		return fold(message, entry, fields.author.id) === message ? undefined : entry;
	}
}

/** Returns the default id of the entry with a `seq`. */
export function idAt(seq: number): string {
	return `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`;
}
