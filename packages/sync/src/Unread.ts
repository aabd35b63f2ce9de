import type { Message, RoomSummary } from '@digda/protocol';

/** The newest messages of one's rooms and how far one has read, as far as it was heard since the list came. */
export class Unread {
	readonly #heads = new Map<string, number>();
	readonly #reads = new Map<string, number>();
	/** Places where nothing is to be read, as far as the list does not say so. */
	readonly #gone = new Map<string, Set<number>>();
	readonly #onChange: () => void;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	/** The rooms that something was heard of. */
	get rooms(): readonly string[] {
		return [...this.#heads.keys()];
	}

	hearHead(room: string, head: number): void {
		this.#set(this.#heads, room, head);
	}

	/** Entries that take something back are nothing to read, and neither is what they take back. */
	hearGone(room: string, messages: readonly Message[]): void {
		for (const { seq, deletes } of messages) {
			if (deletes === undefined) continue;
			const gone = this.#gone.get(room) ?? new Set<number>();
			this.#gone.set(room, gone.add(seq).add(deletes));
		}
	}

	hearRead(room: string, readSeq: number): void {
		this.#set(this.#reads, room, readSeq);
	}

	/** A cursor that never goes back: that of another connection, or where one said something oneself. */
	raiseRead(room: string, seq: number): void {
		this.hearRead(room, Math.max(seq, this.#reads.get(room) ?? 0));
	}

	/** One is no longer a member. */
	forget(room: string): void {
		this.#heads.delete(room);
		this.#reads.delete(room);
		this.#gone.delete(room);
		this.#onChange();
	}

	/** One is somebody else. */
	clear(): void {
		this.#heads.clear();
		this.#reads.clear();
		this.#gone.clear();
	}

	/** How many messages of a room one has not read. */
	of({ room, head, readSeq, gone, isMember }: RoomSummary): number {
		if (!isMember) return 0;
		const newest = Math.max(head, this.#heads.get(room) ?? 0);
		const read = Math.max(readSeq, this.#reads.get(room) ?? 0);
		const nothing = new Set([...gone, ...(this.#gone.get(room) ?? [])]);
		const unreadable = [...nothing].filter((seq) => seq > read && seq <= newest).length;
		return Math.max(newest - read - unreadable, 0);
	}

	#set(map: Map<string, number>, room: string, seq: number): void {
		if (map.get(room) === seq) return;
		map.set(room, seq);
		this.#onChange();
	}
}

/** The place of the last message of somebody, 0 without one: its author has read what is before it. */
export function lastBy(userId: string | undefined, messages: readonly Message[]): number {
	return messages.findLast(({ author, deletes }) => author.id === userId && deletes === undefined)?.seq ?? 0;
}
