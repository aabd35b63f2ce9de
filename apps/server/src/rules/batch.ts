import type { RowOf } from '../store/schema.ts';
import { isOpen } from './state.ts';
import type { Appended, NewDeletion, NewEntry, NewMessage, ReadCursor } from '../store/store.ts';

/** Rooms are listed by their activity to the second: in a busy one its index is not written with every batch. */
const ACTIVITY_MS = 1_000;

/** An entry as both engines have it. */
export type EntryRow = Omit<RowOf<'messages'>, 'checksum'>;

/** A membership, with the head of its room. */
export interface MembershipRow {
	userId: string;
	room: string;
	readSeq: number;
	head: number;
}

/** The rows that a decision about a batch needs. */
export interface Needs {
	/** Rooms that get an entry; they are locked until the batch is committed. */
	rooms: string[];
	/** The authors and readers of the batch. */
	people: string[];
	memberships: { userId: string; room: string }[];
	/** Messages that the batch deletes; their deletions, where there are any, are needed too. */
	targets: { room: string; seq: number }[];
	/** Entries that may be stored already; see `isSure`. */
	ids: { id: string; authorId: string }[];
}

/** The rows on which a decision about a batch depends. */
export interface BatchState {
	rooms: readonly RowOf<'rooms'>[];
	memberships: readonly MembershipRow[];
	entries: readonly EntryRow[];
}

/** The rows that a batch writes. */
export interface BatchWrites {
	/** In the order in which they are written, ascending in each room. */
	entries: EntryRow[];
	/** Messages that lose their text. */
	emptied: { room: string; seq: number }[];
	/** `lastAt` is null where it stays as it was. */
	rooms: { room: string; head: number; lastAt: number | null }[];
	cursors: { userId: string; room: string; readSeq: number }[];
}

/** The answers to a batch: one for each entry, and each cursor after it, null without a membership. */
export interface BatchOutcome {
	entries: Appended[];
	cursors: (number | null)[];
}

/** Lists the rows that a batch needs. */
export function needsOf(entries: readonly NewEntry[], cursors: readonly ReadCursor[]): Needs {
	const rooms = new Set<string>();
	const people = new Map<string, Set<string>>();
	const needs: Needs = { rooms: [], people: [], memberships: [], targets: [], ids: [] };
	const needMembership = (userId: string, room: string) => {
		const theirs = people.get(userId) ?? new Set();
		if (theirs.has(room)) return;
		people.set(userId, theirs.add(room));
		needs.memberships.push({ userId, room });
	};
	for (const entry of entries) {
		const { room, id, author } = entry;
		rooms.add(room);
		needMembership(author.id, room);
		needs.ids.push({ id, authorId: author.id });
		if (entry.kind === 'delete') needs.targets.push({ room, seq: entry.target });
	}
	for (const { userId, room } of cursors) needMembership(userId, room);
	return { ...needs, rooms: [...rooms], people: [...people.keys()] };
}

/**
 * Tells whether a decision holds that was made without looking up the ids of the batch: nearly all of them are new. A decision
 * that stores every entry holds unless the index of ids rejects one. A rejected entry may be one that its author sends again.
 */
export function isSure({ entries }: BatchOutcome): boolean {
	return entries.every(({ ok }) => ok);
}

/** A batch has to be decided again, with its ids looked up. */
export class IdTaken extends Error {}

/** Decides about a batch, one entry after the other: each sees what those before it have changed. */
export function decideBatch(
	state: BatchState,
	entries: readonly NewEntry[],
	cursors: readonly ReadCursor[]
): { outcome: BatchOutcome; writes: BatchWrites } {
	const batch = new Batch(
		state,
		entries.some(({ kind }) => kind === 'delete')
	);
	const outcome = {
		entries: entries.map((entry) => (entry.kind === 'message' ? batch.send(entry) : batch.delete(entry))),
		cursors: cursors.map((cursor) => batch.mark(cursor))
	};
	return { outcome, writes: batch.writes() };
}

/** The state of a batch while it is decided. */
class Batch {
	readonly #hasTargets: boolean;
	readonly #rooms: Map<string, RowOf<'rooms'>>;
	readonly #memberships: Map<string, MembershipRow>;
	readonly #byId = new Map<string, EntryRow>();
	readonly #byPlace = new Map<string, EntryRow>();
	/** Deletions by the room and `seq` of the message that they delete. */
	readonly #deletions = new Map<string, EntryRow>();
	readonly #added: EntryRow[] = [];
	readonly #emptied: BatchWrites['emptied'] = [];
	readonly #changed = new Map<string, BatchWrites['rooms'][number]>();
	readonly #moved = new Set<MembershipRow>();

	/** @param hasTargets whether the batch looks up entries by `seq` */
	constructor({ rooms, memberships, entries }: BatchState, hasTargets: boolean) {
		this.#hasTargets = hasTargets;
		this.#rooms = new Map(rooms.map((room) => [room.room, { ...room }]));
		this.#memberships = new Map(memberships.map((row) => [`${row.userId} ${row.room}`, { ...row }]));
		for (const entry of entries) this.#index(entry);
	}

	/** A message is stored once for its author and id; sent again, it is answered with its place. */
	send({ room, id, author, text, sentAt }: NewMessage): Appended {
		const found = this.#rooms.get(room);
		if (!found) return { ok: false, code: 'not_found' };
		const isMember = this.#memberships.has(`${author.id} ${room}`);
		const known = this.#byId.get(`${author.id} ${id}`);
		// A message stays stored after its author has left the room.
		if (known && (isMember || known.room === room)) {
			// Every message has a text. An empty one was deleted or emptied, so its text can no longer be compared.
			const isSame = known.room === room && known.deletes === null && ['', text].includes(known.text);
			return isSame ? stored(known, false) : { ok: false, code: 'id_reused' };
		}
		if (!isMember) return { ok: false, code: found.isPrivate ? 'not_found' : 'forbidden' };
		return this.#append(found, { id, authorId: author.id, authorName: author.name, text, sentAt, deletes: null });
	}

	/** The author, the owner of the room and an operator delete a message; deleted again, it is answered as the first time. */
	delete({ room, id, author, isOperator, target, sentAt }: NewDeletion): Appended {
		const found = this.#rooms.get(room);
		if (!isOpen(found)) return { ok: false, code: 'not_found' };
		if (!isOperator && !this.#memberships.has(`${author.id} ${room}`)) {
			return { ok: false, code: found.isPrivate ? 'not_found' : 'forbidden' };
		}
		const message = this.#byPlace.get(`${room} ${target}`);
		if (!message) return { ok: false, code: 'not_found' };
		if (message.deletes !== null) return { ok: false, code: 'invalid' };
		if (!isOperator && ![message.authorId, found.ownerId].includes(author.id)) return { ok: false, code: 'forbidden' };
		const deletion = this.#deletions.get(`${room} ${target}`);
		if (deletion) return stored(deletion, false);
		message.text = '';
		this.#emptied.push({ room, seq: target });
		return this.#append(found, { id, authorId: author.id, authorName: author.name, text: '', sentAt, deletes: target });
	}

	/** A read cursor goes forward, up to the head. */
	mark({ room, userId, seq }: ReadCursor): number | null {
		const membership = this.#memberships.get(`${userId} ${room}`);
		if (!membership) return null;
		const moved = Math.min(seq, this.#rooms.get(room)?.head ?? membership.head);
		if (moved > membership.readSeq) {
			membership.readSeq = moved;
			this.#moved.add(membership);
		}
		return membership.readSeq;
	}

	writes(): BatchWrites {
		return {
			entries: this.#added,
			emptied: this.#emptied,
			rooms: [...this.#changed.values()],
			cursors: [...this.#moved]
		};
	}

	#append(room: RowOf<'rooms'>, entry: Omit<EntryRow, 'room' | 'seq'>): Appended {
		const second = entry.sentAt - (entry.sentAt % ACTIVITY_MS);
		const isActive = entry.deletes === null && second > room.lastAt;
		room.head += 1;
		if (isActive) room.lastAt = second;
		const changed = this.#changed.get(room.room) ?? { room: room.room, head: 0, lastAt: null };
		changed.head = room.head;
		if (isActive) changed.lastAt = second;
		this.#changed.set(room.room, changed);
		const row = { room: room.room, seq: room.head, ...entry };
		this.#added.push(row);
		this.#index(row);
		return stored(row, true);
	}

	#index(row: EntryRow): void {
		this.#byId.set(`${row.authorId} ${row.id}`, row);
		if (!this.#hasTargets) return;
		this.#byPlace.set(`${row.room} ${row.seq}`, row);
		if (row.deletes !== null) this.#deletions.set(`${row.room} ${row.deletes}`, row);
	}
}

function stored({ seq, sentAt }: EntryRow, isNew: boolean): Appended {
	return { ok: true, isNew, seq, sentAt };
}
