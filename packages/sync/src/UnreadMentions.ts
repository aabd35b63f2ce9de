import { isMentioned, type Entry, type RoomSummary } from '@digda/protocol';
import { Signal } from './Signal.ts';

/** The number of newest mentions that are remembered for each room. */
const MAX_KEPT = 100;

/** The messages of the user's rooms that mention the user, as far as deliveries and lists name them. */
export class UnreadMentions {
	/** Fires when the newest mention of a list has gone, so that only another list names an older one. */
	readonly stale = new Signal();
	readonly #seqs = new Map<string, ReadonlySet<number>>();
	/** The newest mention of each room in the last list. */
	readonly #listed = new Map<string, number>();
	readonly #onChange: () => void;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	/** Tells whether a message of a room after a `seq` mentions the user. */
	isAfter(room: string, readSeq: number): boolean {
		return [...this.#seqsOf(room)].some((seq) => seq > readSeq);
	}

	/** Applies a list of rooms, which has the newest unread mention up to the head of each room. */
	list(rooms: readonly RoomSummary[]): void {
		for (const { room, isMember, head, lastMention } of rooms) {
			if (!isMember) continue;
			this.#listed.set(room, lastMention);
			const others = [...this.#seqsOf(room)].filter((seq) => seq < lastMention || seq > head);
			this.#set(room, lastMention > 0 ? [...others, lastMention] : others);
		}
	}

	/** Applies delivered entries. @param userId the current user */
	deliver(room: string, entries: readonly Entry[], userId: string | undefined): void {
		const before = this.#seqsOf(room);
		const seqs = new Set(before);
		for (const entry of entries) {
			if (entry.kind === 'reaction' || entry.kind === 'topic') continue;
			const seq = entry.kind === 'message' ? entry.seq : entry.target.seq;
			if (entry.kind !== 'delete' && isMentioned(entry, userId)) seqs.add(seq);
			else seqs.delete(seq);
		}
		this.#set(room, [...seqs]);
		const listed = this.#listed.get(room) ?? 0;
		if (before.has(listed) && !seqs.has(listed)) this.stale.fire();
	}

	/** Removes a room whose membership has ended. */
	forget(room: string): void {
		this.#listed.delete(room);
		this.#set(room, []);
	}

	/** Removes all rooms, for another user. */
	clear(): void {
		this.#listed.clear();
		this.#seqs.clear();
	}

	#seqsOf(room: string): ReadonlySet<number> {
		return this.#seqs.get(room) ?? new Set();
	}

	#set(room: string, seqs: readonly number[]): void {
		const before = this.#seqsOf(room);
		const after = new Set(seqs.toSorted((a, b) => a - b).slice(-MAX_KEPT));
		if (before.size === after.size && [...after].every((seq) => before.has(seq))) return;
		if (after.size > 0) this.#seqs.set(room, after);
		else this.#seqs.delete(room);
		this.#onChange();
	}
}
