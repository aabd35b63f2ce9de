import type { Entry, Head } from '@digda/protocol';
import type { Store } from '../store/store.ts';
import { Follower } from './Follower.ts';

/** The followers of all rooms that somebody here is subscribed to. */
export class Followers {
	readonly #store: Store;
	readonly #emit: (room: string, entries: Entry[]) => void;
	readonly #followers = new Map<string, Follower>();
	#hearChange: (room: string, isFollowed: boolean) => void = () => undefined;

	/** @param emit sends entries, ascending, to everybody who is subscribed to the room here */
	constructor(store: Store, emit: (room: string, entries: Entry[]) => void) {
		this.#store = store;
		this.#emit = emit;
	}

	/** The one listener hears which rooms are followed from now on, and which no more. */
	onChange(listener: (room: string, isFollowed: boolean) => void): void {
		this.#hearChange = listener;
	}

	/** The rooms that are followed here. */
	rooms(): string[] {
		return [...this.#followers.keys()];
	}

	/**
	 * Begins to follow a room, unless it is followed already.
	 * @param head as it was read after the first subscription: what comes later is emitted
	 */
	follow(room: string, head: Head): void {
		if (this.#followers.has(room)) return;
		this.#followers.set(room, new Follower(this.#store, room, head, this.#emit));
		this.#hearChange(room, true);
	}

	deliver(room: string, entries: Entry[]): void {
		this.#followers.get(room)?.deliver(entries);
	}

	/** Without a follower nobody is subscribed here, and nothing is to be done. */
	deliverUpTo(room: string, head: number): void {
		this.#followers.get(room)?.deliverUpTo(head);
	}

	/** Somebody says that a room has news; whether that is true, the log knows. */
	hint(room: string, head: number): void {
		this.#followers.get(room)?.hint(head);
	}

	/** The head up to which everything of a room was emitted here. */
	delivered(room: string): Head | undefined {
		return this.#followers.get(room)?.delivered;
	}

	/** Nobody is subscribed to the room any more. */
	drop(room: string): void {
		this.#followers.get(room)?.close();
		if (this.#followers.delete(room)) this.#hearChange(room, false);
	}
}
