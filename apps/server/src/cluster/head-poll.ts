import type { Followers } from '../messages/Followers.ts';
import type { Store } from '../store/store.ts';

/** An entry of another node arrives within 2 s even without a hint: this interval, two reads, and some load. */
const INTERVAL_MS = 1_000;

/**
 * Polls the store for the heads of the rooms that are followed here.
 * @returns a function that polls at once, and one that ends the polling
 */
export function pollHeads(store: Store, followers: Followers): { now: () => void; end: () => void } {
	let isAsking = false;

	async function ask(): Promise<void> {
		const rooms = followers.rooms();
		if (isAsking || rooms.length === 0) return;
		isAsking = true;
		try {
			for (const [room, head] of await store.heads(rooms)) followers.deliverUpTo(room, head);
		} catch {
			// The store logs its failure; the next poll comes soon.
		} finally {
			isAsking = false;
		}
	}

	const timer = setInterval(() => void ask(), INTERVAL_MS).unref();
	return { now: () => void ask(), end: () => clearInterval(timer) };
}
