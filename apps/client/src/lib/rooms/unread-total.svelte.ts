import type { ListedRoom } from '@digda/sync';

/** The number of unread messages in all rooms. A message that is read as it comes never counts. */
class UnreadTotal {
	current = $state(0);

	/** Takes the total of a list soon. @returns the function that drops it, for one that comes before */
	follow(rooms: readonly ListedRoom[]): () => void {
		const total = rooms.reduce((sum, { unread }) => sum + unread, 0);
		const timer = setTimeout(() => (this.current = total));
		return () => clearTimeout(timer);
	}
}

export const unreadTotal = new UnreadTotal();
