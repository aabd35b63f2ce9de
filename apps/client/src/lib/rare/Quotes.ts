import type { Entry, RoomSummary } from '@digda/protocol';
import { closeNotifications } from './notifications.ts';

/** Notifications quote messages: those of deleted ones are closed, whenever a deletion is heard of. */
export class Quotes {
	/** All entries up to this one were delivered, or stored before the last list was made; by room. */
	readonly #heard = new Map<string, number>();

	/** Entries were delivered. */
	deliver(room: string, entries: readonly Entry[]): void {
		const deleted = entries.filter((entry) => entry.kind === 'delete').map(({ target }) => target.seq);
		if (deleted.length > 0) void closeNotifications((each, seq) => each === room && deleted.includes(seq));
		for (const { seq } of entries) if (seq === this.#heardIn(room) + 1) this.#heard.set(room, seq);
	}

	/**
	 * Closes all notifications from before a deletion that was not delivered: nobody knows which of the messages it was.
	 * @param own the rooms as a list has them
	 */
	list(own: readonly RoomSummary[]): void {
		const unheard = own.filter(({ room, lastDeletion }) => lastDeletion > this.#heardIn(room));
		const deletions = new Map(unheard.map(({ room, lastDeletion }) => [room, lastDeletion]));
		if (unheard.length > 0) void closeNotifications((room, seq) => seq < (deletions.get(room) ?? 0));
		for (const { room, head } of own) this.#heard.set(room, Math.max(head, this.#heardIn(room)));
	}

	#heardIn(room: string): number {
		return this.#heard.get(room) ?? 0;
	}
}
