import { ENTRY_KINDS, fold, otherIn, type ChangeEntry, type KindDefinition, type Mention } from '@digda/protocol';
import {
	contentOf,
	entryAt,
	isEmptied,
	fromChange,
	mentionsJson,
	toMessage,
	toQuote,
	updateRow,
	type ChangeRow,
	type MessageRow
} from '../store/entry-rows.ts';
import type { RowOf } from '../store/schema.ts';
import type { Appended, NewCursor, NewEntry, NewEntryOf, NotStored, Stored } from '../store/store.ts';
import { isOpen } from './state.ts';

/**
 * The resolution of the activity by which rooms are listed: a busy room does not rewrite its index with every batch.
 */
const ACTIVITY_MS = 1_000;

/** A new entry that changes a message. */
type NewChange = Exclude<NewEntry, { kind: 'message' | 'topic' }>;

/** A membership with the head of its room. */
export interface MembershipRow {
	userId: string;
	room: string;
	/** At least the last emptied message: those count as read. */
	readSeq: number;
	head: number;
}

/** The rows on which a decision about a batch depends. */
export interface BatchState {
	rooms: readonly RowOf<'rooms'>[];
	memberships: readonly MembershipRow[];
	messages: readonly MessageRow[];
	changes: readonly ChangeRow[];
	marks: readonly RowOf<'marks'>[];
	blocks: readonly RowOf<'blocks'>[];
}

/** The rows that a batch writes, in this order. */
export interface BatchWrites {
	/** New messages, ascending in each room. */
	messages: MessageRow[];
	/** New entries that change messages, ascending in each room. */
	changes: ChangeRow[];
	/** Existing messages in their new state. */
	changed: MessageRow[];
	marks: (RowOf<'marks'> & { isSet: boolean })[];
	/** The people whom messages mention, or do not mention any more. */
	mentions: (RowOf<'mentions'> & { isSet: boolean })[];
	/** Deleted messages, whose versions, marks and mentions are erased. */
	erased: { room: string; seq: number }[];
	/** A null value stays unchanged. */
	rooms: (Pick<RowOf<'rooms'>, 'room' | 'head' | 'said' | 'lastDeletion'> & {
		lastAt: number | null;
		topicSeq: number | null;
		topic: string | null;
	})[];
	cursors: { userId: string; room: string; readSeq: number }[];
}

/** The results of a batch: one per entry, and the new value of each cursor, null without a membership. */
export interface BatchOutcome {
	entries: Appended[];
	cursors: (number | null)[];
}

/**
 * Whether a decision is valid that was made without looking up the ids of the batch, because nearly all ids are new. It
 * is valid if it stores every entry and no index of ids rejects one. Any other entry may be a repetition by its author.
 */
export function isSure({ entries }: BatchOutcome): boolean {
	return entries.every((entry) => entry.ok && entry.isNew);
}

/** The batch needs another decision, with its ids looked up. */
export class IdTaken extends Error {}

/** Decides a batch entry by entry. Each entry sees the changes of those before it. */
export function decideBatch(
	state: BatchState,
	entries: readonly NewEntry[],
	cursors: readonly NewCursor[]
): { outcome: BatchOutcome; writes: BatchWrites } {
	const batch = new Batch(state);
	const outcome = {
		entries: entries.map((entry) => batch.append(entry)),
		cursors: cursors.map((cursor) => batch.mark(cursor))
	};
	return { outcome, writes: batch.writes() };
}

/** The state during the decision of a batch. */
class Batch {
	readonly #rooms: Map<string, RowOf<'rooms'>>;
	readonly #memberships: Map<string, MembershipRow>;
	/** By author and id. */
	readonly #messages = new Map<string, MessageRow>();
	readonly #changes = new Map<string, ChangeRow>();
	/** The set marks, by room, target, person and mark. */
	readonly #marks: Set<string>;
	/** The blocks in direct rooms: the person who blocks, and whom. */
	readonly #blocks: Set<string>;
	readonly #newMessages = new Set<MessageRow>();
	readonly #newChanges: ChangeRow[] = [];
	readonly #changedMessages = new Set<MessageRow>();
	readonly #changedMarks = new Map<string, BatchWrites['marks'][number]>();
	readonly #changedMentions = new Map<string, BatchWrites['mentions'][number]>();
	readonly #erased: BatchWrites['erased'] = [];
	readonly #changedRooms = new Map<string, BatchWrites['rooms'][number]>();
	readonly #movedCursors = new Set<MembershipRow>();

	constructor({ rooms, memberships, messages, changes, marks, blocks }: BatchState) {
		this.#rooms = new Map(rooms.map((room) => [room.room, { ...room }]));
		this.#memberships = new Map(memberships.map((row) => [`${row.userId} ${row.room}`, { ...row }]));
		for (const row of messages) this.#messages.set(keyOf(row), { ...row });
		for (const row of changes) this.#changes.set(keyOf(row), row);
		this.#marks = new Set(marks.map(markKey));
		this.#blocks = new Set(blocks.map(({ userId, blockedId }) => `${userId} ${blockedId}`));
	}

	/** Decides an entry. An entry with a known author and id is a repetition and returns the stored position. */
	append(entry: NewEntry): Appended {
		const { room: name, author, id, isOperator } = entry;
		const room = this.#rooms.get(name);
		if (!room) return reject('not_found');
		const isMember = this.#memberships.has(`${author.id} ${name}`);
		const known = this.#knownAs(`${author.id} ${id}`);
		// A former member who sends an entry again still gets its position.
		if (known && (isMember || known.row.room === name)) {
			return known.isSame(entry) ? stored(known.row, false) : reject('id_reused');
		}
		if (!isOpen(room)) return reject('not_found');
		const rejection = isMember || !room.isPrivate ? 'forbidden' : 'not_found';
		if (!isMember && !isOperator) return reject(rejection);
		const standing = { isMember, isOperator, isOwner: room.ownerId === author.id, isAuthor: false };
		const kind: KindDefinition = ENTRY_KINDS[entry.kind];
		const isForOwner = kind.needsOwner?.({ ...entry }) && !standing.isOwner;
		if (entry.kind === 'topic') return kind.may(standing) ? this.#addTopic(room, entry) : reject(rejection);
		if (entry.kind === 'message') {
			if (!kind.may(standing)) return reject(rejection);
			if (isForOwner) return reject('not_owner');
			const source = this.#sourceOf(entry);
			return entry.replyTo && !source ? reject('no_source') : this.#addMessage(room, entry, source);
		}
		const target = this.#messages.get(`${entry.target.author} ${entry.target.id}`);
		if (target?.room !== name || target.isTopic === 1) return reject('not_found');
		const isAuthor = target.authorId === author.id;
		if (target.hidden === 1 && !isAuthor && !isOperator) return reject('not_found');
		if (!kind.may({ ...standing, isAuthor })) return reject(rejection);
		return isForOwner ? reject('not_owner') : this.#change(room, target, entry);
	}

	/** Moves a read cursor forward, up to the head. */
	mark({ room, userId, seq }: NewCursor): number | null {
		const membership = this.#memberships.get(`${userId} ${room}`);
		if (!membership) return null;
		const moved = Math.min(seq, this.#rooms.get(room)?.head ?? membership.head);
		if (moved > membership.readSeq) {
			membership.readSeq = moved;
			this.#movedCursors.add(membership);
		}
		return membership.readSeq;
	}

	writes(): BatchWrites {
		const erased = new Set(this.#erased.map(({ room, seq }) => `${room} ${seq}`));
		const isErased = ({ room, target }: { room: string; target: number }) => erased.has(`${room} ${target}`);
		const mentions = [...this.#changedMentions.values()];
		return {
			messages: [...this.#newMessages],
			changes: this.#newChanges.map((row) => (isErased(row) ? { ...row, content: '' } : row)),
			changed: [...this.#changedMessages],
			marks: [...this.#changedMarks.values()].filter((row) => !isErased(row)),
			mentions: mentions.filter(({ room, seq }) => !isErased({ room, target: seq })),
			erased: this.#erased,
			rooms: [...this.#changedRooms.values()],
			cursors: [...this.#movedCursors]
		};
	}

	/** Finds the entry with a key of author and id. */
	#knownAs(key: string): { row: MessageRow | ChangeRow; isSame: (entry: NewEntry) => boolean } | undefined {
		const message = this.#messages.get(key);
		if (message) return { row: message, isSame: (entry) => this.#isSameRow(message, entry) };
		const change = this.#changes.get(key);
		if (!change) return undefined;
		const target = this.#messages.get(`${change.targetAuthor} ${change.targetId}`);
		// The batch itself may have deleted the message.
		const row = target?.text === '' ? { ...change, content: '' } : change;
		return { row, isSame: (entry) => isSameChange(row, entry) };
	}

	/** The message of the room that a message replies to. Only the author of a hidden one may reply to it. */
	#sourceOf({ room, author, replyTo }: NewEntryOf<'message'>): MessageRow | undefined {
		const source = replyTo && this.#messages.get(`${replyTo.author} ${replyTo.id}`);
		if (source?.room !== room || source.isTopic === 1) return undefined;
		return source.hidden === 0 || source.authorId === author.id ? source : undefined;
	}

	/** A deleted message has no text, so any content matches. */
	#isSameRow(known: MessageRow, entry: NewEntry): boolean {
		if (known.room !== entry.room || entry.kind !== (known.isTopic === 1 ? 'topic' : 'message')) return false;
		if (isEmptied(known)) return true;
		const text = known.original ?? known.text;
		if (entry.kind === 'topic') return text === entry.text;
		if (text !== entry.text || (known.originalMentions ?? known.mentions) !== mentionsJson(entry.mentions))
			return false;
		return known.replyTo === (entry.replyTo ? this.#sourceOf(entry)?.seq : null);
	}

	/**
	 * Sets the topic of a room. If the room has it already, nothing changes. To a blocked person, their topic looks like
	 * one that the room has, because the other person would see it.
	 */
	#addTopic(room: RowOf<'rooms'>, { id, author, text, sentAt }: NewEntryOf<'topic'>): Appended {
		if (text === room.topic || this.#isBlocked(room.room, author.id)) {
			return { ok: true, isNew: false, seq: room.topicSeq, sentAt, said: room.said };
		}
		const changedRoom = this.#advanceHead(room);
		changedRoom.topic = room.topic = text;
		changedRoom.topicSeq = room.topicSeq = room.head;
		const row = { ...newRow(room, { id, author, text, sentAt }), isTopic: 1, original: text === '' ? '' : null };
		this.#newMessages.add(row);
		this.#messages.set(keyOf(row), row);
		return stored(row, true);
	}

	#addMessage(room: RowOf<'rooms'>, entry: NewEntryOf<'message'>, source: MessageRow | undefined): Appended {
		const { id, author, text, mentions, sentAt } = entry;
		const hidden = Number(this.#isBlocked(room.room, author.id));
		room.said += 1 - hidden;
		const changedRoom = this.#advanceHead(room);
		const second = sentAt - (sentAt % ACTIVITY_MS);
		if (hidden === 0 && second > room.lastAt) changedRoom.lastAt = room.lastAt = second;
		const made = { hidden, replyTo: source?.seq ?? null, mentions: mentionsJson(mentions) };
		const row: MessageRow = { ...newRow(room, { id, author, text, sentAt }), ...made };
		this.#mention(row, [], mentions);
		this.#newMessages.add(row);
		this.#messages.set(keyOf(row), row);
		return { ...stored(row, true), ...(source && { quote: toQuote(source) }) };
	}

	/** Folds an entry into its message. If nothing changes, the message already has the requested state. */
	#change(room: RowOf<'rooms'>, target: MessageRow, entry: NewChange): Appended {
		const { author } = entry;
		const kind: KindDefinition = ENTRY_KINDS[entry.kind];
		const set = kind.mark && { room: room.room, target: target.seq, userId: author.id, ...kind.mark({ ...entry }) };
		const before = toMessage(target, set && this.#marks.has(markKey(set)) ? [set.mark] : []);
		const isHidden = target.hidden === 1;
		const position = { seq: room.head + 1, said: room.said, target: target.seq, ...(isHidden && { isHidden }) };
		// Every other kind has a target.
		const change = entryAt(entry, position) as ChangeEntry;
		const after = fold(before, change, author.id);
		if (after === before) {
			if (before.isDeleted && entry.kind !== 'delete') return reject('gone');
			return { ...stored(target, false), seq: target.changed };
		}
		// To a blocked person, a change of what the other person sees looks like one without an effect. A deletion has its
		// effect: it takes something away from the other person.
		if (!isHidden && change.kind !== 'delete' && this.#isBlocked(room.room, author.id)) {
			return { ...stored(target, false), seq: target.changed };
		}
		if (kind.limit && !kind.limit.fits(after)) return reject('full');
		updateRow(target, after);
		this.#mention(target, before.mentions, after.mentions);
		if (!this.#newMessages.has(target)) this.#changedMessages.add(target);
		if (set) this.#setMark(set);
		if (change.kind === 'delete') {
			this.#erased.push({ room: room.room, seq: target.seq });
			room.lastDeletion = change.seq;
		}
		this.#advanceHead(room);
		const row = fromChange(room.room, change);
		this.#newChanges.push(row);
		this.#changes.set(keyOf(row), row);
		return { ...stored(row, true), target: target.seq };
	}

	/** Whether the other person of a direct room blocks a person. */
	#isBlocked(room: string, userId: string): boolean {
		const other = otherIn(room, userId);
		return other !== undefined && this.#blocks.has(`${other} ${userId}`);
	}

	/** Notes whom a message mentions, besides its author. A hidden message mentions nobody who could see it. */
	#mention(message: MessageRow, before: readonly Mention[] = [], after: readonly Mention[] = []): void {
		const { room, seq, authorId, hidden } = message;
		if (hidden === 1) return;
		const note = (mentions: readonly Mention[], isSet: boolean) => {
			for (const { id: userId } of mentions) {
				if (userId !== authorId) this.#changedMentions.set(`${room} ${seq} ${userId}`, { room, seq, userId, isSet });
			}
		};
		note(before, false);
		note(after, true);
	}

	#setMark(mark: BatchWrites['marks'][number]): void {
		const key = markKey(mark);
		if (mark.isSet) this.#marks.add(key);
		else this.#marks.delete(key);
		this.#changedMarks.set(key, mark);
	}

	/** Moves the head of a room. */
	#advanceHead(room: RowOf<'rooms'>): BatchWrites['rooms'][number] {
		room.head += 1;
		const { head, said, lastDeletion } = room;
		const changed = this.#changedRooms.get(room.room) ?? {
			...{ room: room.room, head, said, lastDeletion },
			...{ lastAt: null, topicSeq: null, topic: null }
		};
		Object.assign(changed, { head, said, lastDeletion });
		this.#changedRooms.set(room.room, changed);
		return changed;
	}
}

/** An erased content matches any content. */
function isSameChange(known: ChangeRow, entry: NewEntry): boolean {
	if (!('target' in entry) || known.room !== entry.room || known.kind !== entry.kind) return false;
	if (known.targetAuthor !== entry.target.author || known.targetId !== entry.target.id) return false;
	return known.content === '' || known.content === contentOf(entry);
}

/** The row of a new message or topic at the head of a room. */
function newRow(
	{ room, head, said }: RowOf<'rooms'>,
	{ id, author, text, sentAt }: Pick<NewEntryOf<'topic'>, 'id' | 'author' | 'text' | 'sentAt'>
): MessageRow {
	return {
		...{ room, seq: head, id, authorId: author.id, authorName: author.name, text, sentAt, said, hidden: 0 },
		...{ changed: head, editedAt: null, textSeq: head, replyTo: null, isTopic: 0 },
		...{ original: null, mentions: '', originalMentions: null, folded: '' }
	};
}

function keyOf({ authorId, id }: { authorId: string; id: string }): string {
	return `${authorId} ${id}`;
}

function markKey({ room, target, userId, mark }: RowOf<'marks'>): string {
	return `${room} ${target} ${userId} ${mark}`;
}

function stored({ seq, sentAt, said, hidden }: MessageRow | ChangeRow, isNew: boolean): Stored {
	return { ok: true, isNew, seq, sentAt, said, ...(hidden === 1 && { isHidden: true }) };
}

function reject(code: NotStored): Appended {
	return { ok: false, code };
}
