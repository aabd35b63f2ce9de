import type { Message } from '@digda/protocol';
import type { Store } from '../store/store.ts';
import type { Deliver } from './CommitLoop.ts';
import { Follower } from './Follower.ts';

/** The followers of all rooms that somebody here is subscribed to. */
export class Followers implements Deliver {
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
	follow(room: string, head: number): Follower {
		const known = this.#followers.get(room);
		if (known) return known;
		const follower = new Follower(this.#store, room, head, (messages) =>
			this.#emit(room, messages)
		);
		this.#followers.set(room, follower);
		return follower;
	}

	deliver(room: string, messages: Message[]): void {
		const [first] = messages;
		if (first) this.follow(room, first.seq - 1).deliver(messages);
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

	/** Ends all of them. */
	close(): void {
		for (const room of [...this.#followers.keys()]) this.drop(room);
	}
}
