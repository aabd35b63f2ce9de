import type { Entry, Head, Message, ReadCursor, RoomSummary } from '@digda/protocol';

/** The head of a room, and the read cursor of the user in it. */
type State = Head & ReadCursor;

/** The heads and read cursors of the user's rooms, kept up to date by deliveries. */
export class Unread {
	readonly #states = new Map<string, State>();
	readonly #onChange: () => void;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	/** The rooms with a known head. */
	get rooms(): readonly string[] {
		return [...this.#states.keys()];
	}

	/** Tells whether a room has messages, as far as its head is known. */
	hasMessages(room: string): boolean {
		return this.#stateOf(room).said > 0;
	}

	/** Applies a list of rooms where it is newer than the known state. */
	list(rooms: readonly RoomSummary[]): void {
		for (const { room, isMember, head, said, readSeq, readSaid } of rooms) {
			if (!isMember) continue;
			this.raiseHead(room, { head, said });
			this.raiseCursor(room, { readSeq, readSaid });
		}
	}

	/** Applies delivered entries. @param userId the current user */
	deliver(room: string, entries: readonly Entry[], userId: string | undefined): void {
		const before = this.#stateOf(room);
		let { head, said, readSeq, readSaid } = before;
		for (const entry of entries) {
			if (entry.seq <= head) continue;
			head = entry.seq;
			said = entry.said;
			// Authors have read their own messages.
			if (entry.kind === 'message' && entry.author.id === userId) {
				readSeq = entry.seq;
				readSaid = entry.said;
			}
			// A deleted message does not count as unread. A hidden one never did.
			if (entry.kind === 'delete' && !entry.isHidden && entry.target.seq > readSeq) readSaid += 1;
		}
		this.#set(room, { head, said, readSeq, readSaid });
	}

	/** The `seq` up to which the user has read a room. */
	readSeqIn(room: string): number {
		return this.#stateOf(room).readSeq;
	}

	/** Applies a head, unless a newer one is known. */
	raiseHead(room: string, { head, said }: Head): void {
		const state = this.#stateOf(room);
		if (head >= state.head) this.#set(room, { ...state, head, said });
	}

	/**
	 * Applies the state of a joined room. A shorter log is another one.
	 * @param isAnew if the log may be another one, so that the earlier state is void
	 */
	enter(room: string, state: State, isAnew: boolean): void {
		if (isAnew || state.head < this.#stateOf(room).head) {
			this.#set(room, state);
			return;
		}
		this.raiseHead(room, state);
		this.raiseCursor(room, state);
	}

	/** Applies a read cursor, which never goes back. */
	raiseCursor(room: string, { readSeq, readSaid }: ReadCursor): void {
		const state = this.#stateOf(room);
		this.#set(room, {
			...state,
			readSeq: Math.max(readSeq, state.readSeq),
			readSaid: Math.max(readSaid, state.readSaid)
		});
	}

	/** Removes a room whose membership has ended. */
	forget(room: string): void {
		this.#states.delete(room);
		this.#onChange();
	}

	/** Removes all rooms, for another user. */
	clear(): void {
		this.#states.clear();
	}

	/** The number of messages of a room that the user has not read. */
	of({ room, isMember }: Pick<RoomSummary, 'room' | 'isMember'>): number {
		if (!isMember) return 0;
		const { said, readSaid } = this.#stateOf(room);
		return Math.max(said - readSaid, 0);
	}

	#stateOf(room: string): State {
		return this.#states.get(room) ?? { head: 0, said: 0, readSeq: 0, readSaid: 0 };
	}

	#set(room: string, state: State): void {
		const known = this.#states.get(room);
		if (known && keys(state).every((key) => known[key] === state[key])) return;
		this.#states.set(room, state);
		this.#onChange();
	}
}

function keys(state: State): (keyof State)[] {
	return Object.keys(state) as (keyof State)[];
}

/** Returns the `seq` of the user's last message, 0 without one. The user has read the messages before it. */
export function lastBy(userId: string | undefined, messages: readonly Pick<Message, 'seq' | 'author'>[]): number {
	return messages.findLast(({ author }) => author.id === userId)?.seq ?? 0;
}
