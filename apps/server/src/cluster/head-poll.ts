import type { Followers } from '../messages/Followers.ts';
import type { Store } from '../store/store.ts';

/** A message of another node whose hint was lost is here within 2 s: this, two reads, and a busy machine. */
const INTERVAL_MS = 1_000;

/**
 * Asks the log again and again for the heads of the rooms that are followed here.
 * @returns a function that asks at once, and one that ends it
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
			// The store says what ails it; the next time comes soon.
		} finally {
			isAsking = false;
		}
	}

	const timer = setInterval(() => void ask(), INTERVAL_MS).unref();
	return { now: () => void ask(), end: () => clearInterval(timer) };
}
