import type { RoomSummary } from '@digda/protocol';

/** The newest messages of one's rooms and how far one has read, as far as it was heard since the list came. */
export class Unread {
	readonly #heads = new Map<string, number>();
	readonly #reads = new Map<string, number>();
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

	hearRead(room: string, readSeq: number): void {
		this.#set(this.#reads, room, readSeq);
	}

	/** One is no longer a member. */
	forget(room: string): void {
		this.#heads.delete(room);
		this.#reads.delete(room);
		this.#onChange();
	}

	/** One is somebody else. */
	clear(): void {
		this.#heads.clear();
		this.#reads.clear();
	}

	/** How many messages of a room one has not read. */
	of({ room, head, readSeq, isMember }: RoomSummary): number {
		if (!isMember) return 0;
		const newest = Math.max(head, this.#heads.get(room) ?? 0);
		return Math.max(newest - Math.max(readSeq, this.#reads.get(room) ?? 0), 0);
	}

	#set(map: Map<string, number>, room: string, seq: number): void {
		if (map.get(room) === seq) return;
		map.set(room, seq);
		this.#onChange();
	}
}
