import type { ListedRoom } from '@digda/sync';

/** The number of unread messages in all rooms that are not muted. A message that is read on arrival never counts. */
class UnreadTotal {
	current = $state(0);

	/** Applies the total of a list in the next task. @returns the function that cancels it, for a newer list */
	follow(rooms: readonly ListedRoom[]): () => void {
		const total = rooms.reduce((sum, { unread, isMuted }) => (isMuted ? sum : sum + unread), 0);
		const timer = setTimeout(() => (this.current = total));
		return () => clearTimeout(timer);
	}
}

export const unreadTotal = new UnreadTotal();
