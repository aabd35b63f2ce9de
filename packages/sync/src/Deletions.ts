import type { RoomSummary } from '@digda/protocol';
import type { RoomList } from './RoomList.ts';
import type { Delivery, Rooms } from './Rooms.ts';
import { Signal } from './Signal.ts';

/** Tells whether a message may have been deleted. */
export type MayBeDeleted = (room: string, seq: number) => boolean;

/** Reports deletions to parts that hold copies of messages outside of a timeline, such as notifications. */
export class Deletions {
	/** Fires when messages were deleted. A deletion that was not delivered concerns all messages before it. */
	readonly found = new Signal<MayBeDeleted>();
	/** The `seq` of each room up to which all entries were delivered, or stored before the last list. */
	readonly #known = new Map<string, number>();

	constructor(rooms: Rooms, list: RoomList) {
		rooms.delivered.on((delivery) => this.#deliver(delivery));
		list.loaded.on((listed) => this.#compare(listed.filter(({ isMember }) => isMember)));
	}

	#deliver({ room, entries }: Delivery): void {
		const deleted = entries.filter((entry) => entry.kind === 'delete').map(({ target }) => target.seq);
		if (deleted.length > 0) this.found.fire((each, seq) => each === room && deleted.includes(seq));
		for (const { seq } of entries) {
			if (seq === this.#knownIn(room) + 1) this.#known.set(room, seq);
		}
	}

	#compare(own: readonly RoomSummary[]): void {
		const missed = own.filter(({ room, lastDeletion }) => lastDeletion > this.#knownIn(room));
		const deletions = new Map(missed.map(({ room, lastDeletion }) => [room, lastDeletion]));
		if (missed.length > 0) this.found.fire((room, seq) => seq < (deletions.get(room) ?? 0));
		for (const { room, head } of own) this.#known.set(room, Math.max(head, this.#knownIn(room)));
	}

	#knownIn(room: string): number {
		return this.#known.get(room) ?? 0;
	}
}
