import {
	lastEntryIn,
	MAX_REACTIONS,
	peopleOf,
	type Entry,
	type Message,
	type Quote,
	type Reaction
} from '@digda/protocol';
import type { Appended, NewEntry, Range, Slice } from '../../../src/store/store.ts';

/** An entry with its seq. */
type Placed = NewEntry & {
	seq: number;
	said: number;
	isHidden?: true;
	target?: { author: string; id: string; seq: number };
};

/** A store of a few rooms in memory. It folds each message from the whole log, and shares no rule with the program. */
export class Model {
	readonly #logs = new Map<string, Placed[]>();
	readonly #cursors = new Map<string, number>();
	/** The people who block each other: the person who blocks, and whom. */
	readonly #blocks = new Set<string>();

	/** The entries of a room. A deletion has emptied its message and the entries that changed it. */
	log(room: string): Entry[] {
		const log = this.#logOf(room);
		return log.map((entry) => {
			const { seq, id, author, sentAt, said, kind } = entry;
			const isErased = isDeletedIn(log, entry.target?.seq ?? entry.seq);
			const content = {
				...('target' in entry && { target: entry.target }),
				...('text' in entry && { text: isErased ? '' : entry.text }),
				...(!isErased && { ...mentionsOf(entry), ...quoteIn(log, entry) }),
				...('emoji' in entry && { emoji: isErased ? '' : entry.emoji, isSet: !isErased && entry.isSet })
			};
			// `content` has the fields of this kind.
			return { kind, seq, id, author, sentAt, said, ...flagOf(entry), ...content } as Entry;
		});
	}

	said(room: string): number {
		return this.#logOf(room).at(-1)?.said ?? 0;
	}

	join(user: string, room: string): number {
		const key = `${user} ${room}`;
		if (!this.#logs.has(room)) this.#logs.set(room, []);
		const seq = this.#cursors.get(key) ?? this.#logOf(room).length;
		this.#cursors.set(key, seq);
		return seq;
	}

	block(user: string, other: string, isBlocked: boolean): void {
		if (isBlocked) this.#blocks.add(`${user} ${other}`);
		else this.#blocks.delete(`${user} ${other}`);
	}

	leave(user: string, room: string): void {
		this.#cursors.delete(`${user} ${room}`);
	}

	append(entry: NewEntry): Appended {
		const { room, id, author, kind } = entry;
		const log = this.#logs.get(room);
		if (!log) return { ok: false, code: 'not_found' };
		for (const [where, entries] of this.#logs) {
			const known = entries.find((each) => each.id === id && each.author.id === author.id);
			if (!known) continue;
			// An id in a room of others is not compared.
			if (where !== room && !this.#isMember(author.id, room)) continue;
			const isErased = isDeletedIn(entries, known.target?.seq ?? known.seq);
			const isSame = where === room && kind === known.kind && contentOf(known, isErased) === contentOf(entry, isErased);
			return isSame ? stored(known, false) : { ok: false, code: 'id_reused' };
		}
		if (!this.#isMember(author.id, room)) return { ok: false, code: 'forbidden' };
		if (kind === 'message') {
			const { replyTo } = entry;
			const isSource = (each: Placed) => each.kind === 'message' && isSeen(each, author.id);
			const isAnswer = replyTo === undefined || log.some((each) => isSource(each) && isNamed(each, replyTo));
			return isAnswer ? this.#place(log, entry) : { ok: false, code: 'no_source' };
		}
		if (kind === 'topic') {
			const last = log.findLast((each) => each.kind === 'topic');
			const isSet = (last?.text ?? '') === entry.text || this.#isBlocked(room, author.id);
			const { sentAt } = entry;
			return isSet ? stored({ seq: last?.seq ?? 0, sentAt, said: this.said(room) }, false) : this.#place(log, entry);
		}
		const of = log.find((each) => each.kind === 'message' && isNamed(each, entry.target));
		if (!of || !isSeen(of, author.id)) return { ok: false, code: 'not_found' };
		if (kind !== 'reaction' && of.author.id !== author.id) return { ok: false, code: 'forbidden' };
		const message = messageIn(log, of, author.id);
		if (message.isDeleted) {
			return kind === 'delete' ? stored({ ...of, seq: lastEntryIn(message) }, false) : { ok: false, code: 'gone' };
		}
		if (isSo(message, entry)) return stored({ ...of, seq: lastEntryIn(message) }, false);
		if (!of.isHidden && kind !== 'delete' && this.#isBlocked(room, author.id)) {
			return stored({ ...of, seq: lastEntryIn(message) }, false);
		}
		const { reactions = [] } = message;
		const isNewEmoji = kind === 'reaction' && !reactions.some(({ emoji }) => emoji === entry.emoji);
		if (isNewEmoji && reactions.length === MAX_REACTIONS) return { ok: false, code: 'full' };
		return this.#place(log, entry, of);
	}

	move(user: string, room: string, seq: number): number | null {
		const key = `${user} ${room}`;
		const known = this.#cursors.get(key);
		if (known === undefined) return null;
		const moved = Math.max(known, Math.min(seq, this.#logOf(room).length));
		this.#cursors.set(key, moved);
		return moved;
	}

	messages(room: string, reader: string): Message[] {
		const log = this.#logOf(room);
		return log
			.filter(({ target }) => !target)
			.map((each) => {
				if (isSeen(each, reader)) return messageIn(log, each, reader);
				const { seq, id, author, sentAt, said } = each;
				return { seq, id, author, sentAt, said, text: '', isHidden: true };
			});
	}

	/** A page before or after a `seq`; null for a non-member. */
	page(room: string, reader: string, range: Exclude<Range, { around: number }>, limit: number): Slice | null {
		if (!this.#isMember(reader, room)) return null;
		const log = this.#logOf(room);
		const all = this.messages(room, reader);
		const head = log.length;
		const topic = log.findLast((each) => each.kind === 'topic')?.text ?? '';
		if ('before' in range) {
			const messages = all.filter(({ seq }) => seq < range.before).slice(-limit);
			const to = Math.max(0, Math.min(range.before - 1, head));
			return {
				head,
				said: this.said(room),
				topic,
				from: messages[0]?.seq ?? 1,
				to,
				toId: log[to - 1]?.id ?? '',
				messages
			};
		}
		const after = all.filter(({ seq }) => seq > range.after);
		const to = (after[limit]?.seq ?? Math.max(head, range.after) + 1) - 1;
		const messages = after.slice(0, limit);
		return { head, said: this.said(room), topic, from: range.after + 1, to, toId: log[to - 1]?.id ?? '', messages };
	}

	/** The number of messages up to a seq, and of deleted ones after it. */
	saidAt(room: string, seq: number): number {
		const log = this.#logOf(room);
		const after = log.filter((each) => each.kind === 'message' && !each.isHidden && each.seq > seq);
		return (log[seq - 1]?.said ?? 0) + after.filter((each) => isDeletedIn(log, each.seq)).length;
	}

	#place(log: Placed[], entry: NewEntry, of?: Placed): Appended {
		const isHidden = of ? of.isHidden : this.#isBlocked(entry.room, entry.author.id);
		const said = (log.at(-1)?.said ?? 0) + (entry.kind === 'message' && !isHidden ? 1 : 0);
		const place = { seq: log.length + 1, said, ...(isHidden && { isHidden }) };
		const target = 'target' in entry && { target: { ...entry.target, seq: of?.seq } };
		// A change has a target, and a message has none.
		log.push({ ...entry, ...place, ...target } as Placed);
		const more = { ...(of && { target: of.seq }), ...quoteIn(log, entry) };
		return { ...stored({ ...entry, ...place }, true), ...more };
	}

	#logOf(room: string): Placed[] {
		return this.#logs.get(room) ?? [];
	}

	/** Whether another member of a direct room blocks a person. */
	#isBlocked(room: string, user: string): boolean {
		const others = peopleOf(room)?.filter((each) => each !== user) ?? [];
		return others.some((other) => this.#blocks.has(`${other} ${user}`));
	}

	#isMember(user: string, room: string): boolean {
		return this.#cursors.has(`${user} ${room}`);
	}
}

function stored(entry: Pick<Placed, 'seq' | 'sentAt' | 'said' | 'isHidden'>, isNew: boolean): Appended {
	const { seq, sentAt, said } = entry;
	return { ok: true, isNew, seq, sentAt, said, ...flagOf(entry) };
}

function flagOf({ isHidden }: Pick<Placed, 'isHidden'>): Pick<Placed, 'isHidden'> {
	return isHidden ? { isHidden } : {};
}

/** Whether a person sees a message. */
function isSeen({ isHidden, author }: Placed, reader: string): boolean {
	return !isHidden || author.id === reader;
}

function isNamed({ author, id }: Placed, target: { author: string; id: string }): boolean {
	return author.id === target.author && id === target.id;
}

function isDeletedIn(log: readonly Placed[], seq: number): boolean {
	return log.some((each) => each.kind === 'delete' && each.target.seq === seq);
}

/** The content of an entry as a text. An erased entry has its target alone. */
function contentOf(entry: NewEntry, isErased: boolean): string {
	const target = 'target' in entry && [entry.target.author, entry.target.id];
	if (isErased) return JSON.stringify(target);
	if (entry.kind === 'reaction') return JSON.stringify([target, entry.emoji, entry.isSet]);
	const { author, id } = ('replyTo' in entry && entry.replyTo) || { author: '', id: '' };
	return JSON.stringify([target, 'text' in entry && entry.text, mentionsOf(entry), author, id]);
}

function mentionsOf(entry: NewEntry): Pick<Message, 'mentions'> {
	return 'mentions' in entry ? { mentions: entry.mentions } : {};
}

/**
 * The message that an entry replies to, as it is now; its text is short. Without a reader, it has the content of a hidden
 * message, too.
 */
function quoteIn(log: readonly Placed[], entry: NewEntry, reader?: string): { quote?: Quote } {
	const replyTo = entry.kind === 'message' ? entry.replyTo : undefined;
	const source = replyTo && log.find((each) => each.kind === 'message' && isNamed(each, replyTo));
	if (source?.kind !== 'message') return {};
	const { seq, id, author, text } = source;
	const changes = log.filter((each) => each.target?.seq === seq);
	const last = changes.findLast(({ kind }) => kind === 'edit' || kind === 'delete');
	if (reader !== undefined && !isSeen(source, reader)) {
		return { quote: { seq, id, author, text: '', isDeleted: true, isHidden: true } };
	}
	const place = {
		...{ seq, id, author },
		...(last && { changed: last.seq }),
		...(reader === undefined && flagOf(source))
	};
	if (last?.kind === 'delete') return { quote: { ...place, text: '', isDeleted: true } };
	return { quote: { ...place, text: last?.kind === 'edit' ? last.text : text } };
}

/** Whether a message has the state already that a change asks for. */
function isSo({ text, mentions, reactions = [] }: Message, entry: NewEntry): boolean {
	const { mentions: asked } = mentionsOf(entry);
	if (entry.kind === 'edit') return text === entry.text && JSON.stringify(mentions) === JSON.stringify(asked);
	if (entry.kind !== 'reaction') return false;
	return reactions.some(({ emoji, isMine }) => emoji === entry.emoji && isMine === true) === entry.isSet;
}

function messageIn(log: readonly Placed[], of: Placed, reader: string): Message {
	const changes = log.filter((each) => each.target?.seq === of.seq);
	const { seq, id, author, sentAt, said } = of;
	const last = changes.at(-1);
	const fields = { seq, id, author, sentAt, said, ...(last && { changed: last.seq }) };
	if (of.kind === 'topic') return { ...fields, text: of.text, isTopic: true };
	if (isDeletedIn(log, seq)) return { ...fields, text: '', isDeleted: true };
	const edit = changes.findLast((each) => each.kind === 'edit');
	const text = edit?.text ?? ('text' in of ? of.text : '');
	const reactions = reactionsOf(changes, reader);
	return {
		...{ ...fields, text, ...(edit && { editedAt: edit.sentAt }) },
		...{ ...mentionsOf(edit ?? of), ...quoteIn(log, of, reader), ...(reactions.length > 0 && { reactions }) }
	};
}

/** The reactions of a message with at most three people. */
function reactionsOf(changes: readonly Placed[], reader: string): Reaction[] {
	const people = new Map<string, { id: string; name: string }[]>();
	for (const change of changes) {
		if (change.kind !== 'reaction') continue;
		const others = (people.get(change.emoji) ?? []).filter(({ id }) => id !== change.author.id);
		if (change.isSet) people.set(change.emoji, [...others, change.author]);
		else if (others.length > 0) people.set(change.emoji, others);
		else people.delete(change.emoji);
	}
	return [...people].map(([emoji, all]) => ({
		...{ emoji, count: all.length, people: all },
		...(all.some(({ id }) => id === reader) && { isMine: true })
	}));
}
