import type { Room } from '@digda/sync';
import type { ReactiveValue } from '#lib/socket/ReactiveValue.ts';

/** How far the reader has read a room, and which messages are new to the reader. */
export class Reading {
	/** The `seq` from which messages are new to the reader, until the reader leaves the room or sends a message. */
	firstNew = $state<number>();
	/** Tells whether the room shows the place where the reader begins. Until then nothing counts as seen. */
	isOpened = false;
	readonly #room: ReactiveValue<Room>;
	readonly #hasUnread: () => boolean;

	constructor(room: ReactiveValue<Room>, hasUnread: () => boolean) {
		this.#room = room;
		this.#hasUnread = hasUnread;
	}

	/** Marks what the reader sees as read. */
	markSeen(): void {
		const room = this.#room.current;
		if (this.isOpened && room.status === 'joined' && isPageActive()) room.markRead(room.history.lastSeen);
	}

	/** Marks the messages as new that arrived while the page was not active. */
	handleReturn(): void {
		if (!this.isOpened || !isPageActive()) return;
		if (this.#hasUnread()) this.firstNew = this.#room.current.readSeq + 1;
		this.markSeen();
	}
}

function isPageActive(): boolean {
	return document.hasFocus() && document.visibilityState === 'visible';
}
