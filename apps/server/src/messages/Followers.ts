import type { Entry, Head } from '@digda/protocol';
import type { Store } from '../store/store.ts';
import { Follower } from './Follower.ts';

/** The followers of all rooms with a subscription on this node. */
export class Followers {
	readonly #store: Store;
	readonly #emit: (room: string, entries: Entry[]) => void;
	readonly #followers = new Map<string, Follower>();
	#onChange: (room: string, isFollowed: boolean) => void = () => undefined;

	/** @param emit sends ascending entries to all subscribers of the room on this node */
	constructor(store: Store, emit: (room: string, entries: Entry[]) => void) {
		this.#store = store;
		this.#emit = emit;
	}

	/** Sets the listener for rooms that become followed or unfollowed. */
	onChange(listener: (room: string, isFollowed: boolean) => void): void {
		this.#onChange = listener;
	}

	/** The followed rooms. */
	rooms(): string[] {
		return [...this.#followers.keys()];
	}

	/**
	 * Follows a room, unless it is followed already.
	 * @param head the head read after the first subscription: later entries are emitted
	 */
	follow(room: string, head: Head): void {
		if (this.#followers.has(room)) return;
		this.#followers.set(room, new Follower(this.#store, room, head, this.#emit));
		this.#onChange(room, true);
	}

	deliver(room: string, entries: Entry[]): void {
		this.#followers.get(room)?.deliver(entries);
	}

	/** Does nothing without a subscription on this node. */
	deliverUpTo(room: string, head: number): void {
		this.#followers.get(room)?.deliverUpTo(head);
	}

	/** Passes on a hint from another node, which the follower verifies in the log. */
	hint(room: string, head: number): void {
		this.#followers.get(room)?.hint(head);
	}

	/** The head up to which all entries of a room were emitted on this node. */
	delivered(room: string): Head | undefined {
		return this.#followers.get(room)?.delivered;
	}

	/** Stops following a room without subscriptions. */
	drop(room: string): void {
		this.#followers.get(room)?.close();
		if (this.#followers.delete(room)) this.#onChange(room, false);
	}
}
