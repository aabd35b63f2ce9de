import type { Message } from '@digda/protocol';
import type { Store } from '../store/store.ts';
import { Follower } from './Follower.ts';

/** The followers of all rooms that somebody here is subscribed to. */
export class Followers {
	readonly #store: Store;
	readonly #emit: (room: string, messages: Message[]) => void;
	readonly #followers = new Map<string, Follower>();

	/** @param emit sends messages, ascending, to everybody who is subscribed to the room here */
	constructor(store: Store, emit: (room: string, messages: Message[]) => void) {
		this.#store = store;
		this.#emit = emit;
	}

	/**
	 * Begins to follow a room, unless it is followed already.
	 * @param head as it was read after the first subscription: what comes later is emitted
	 */
	follow(room: string, head: number): void {
		if (this.#followers.has(room)) return;
		this.#followers.set(room, new Follower(this.#store, room, head, this.#emit));
	}

	deliver(room: string, messages: Message[]): void {
		this.#followers.get(room)?.deliver(messages);
	}

	/** Without a follower nobody is subscribed here, and nothing is to be done. */
	deliverUpTo(room: string, head: number): void {
		this.#followers.get(room)?.deliverUpTo(head);
	}

	/** The `seq` up to which everything of a room was emitted here. */
	delivered(room: string): number | undefined {
		return this.#followers.get(room)?.delivered;
	}

	/** Nobody is subscribed to the room any more. */
	drop(room: string): void {
		this.#followers.get(room)?.close();
		this.#followers.delete(room);
	}
}
