import type { Entry, Head, Message, ReadCursor, RoomSummary } from '@digda/protocol';

/** The end of a room's log, and how far its member has read it. */
type State = Head & ReadCursor;

/** The heads and read cursors of the user's rooms, kept up to date by deliveries. */
export class Unread {
	readonly #states = new Map<string, State>();
	readonly #onChange: () => void;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	/** The rooms of which entries or heads were delivered. */
	get rooms(): readonly string[] {
		return [...this.#states.keys()];
	}

	/** Takes a list of rooms, as far as it is newer. */
	list(rooms: readonly RoomSummary[]): void {
		for (const { room, isMember, head, said, readSeq, readSaid } of rooms) {
			if (!isMember) continue;
			this.raiseHead(room, { head, said });
			this.raiseCursor(room, { readSeq, readSaid });
		}
	}

	/** Takes entries that were delivered. @param userId the user */
	deliver(room: string, entries: readonly Entry[], userId: string | undefined): void {
		const before = this.#stateOf(room);
		let { head, said, readSeq, readSaid } = before;
		for (const entry of entries) {
			if (entry.seq <= head) continue;
			({ seq: head, said } = entry);
			// An author has read what they say.
			if (entry.kind === 'message' && entry.author.id === userId) [readSeq, readSaid] = [entry.seq, entry.said];
			// A deleted message is not unread.
			if (entry.kind === 'delete' && entry.target.seq > readSeq) readSaid += 1;
		}
		this.#set(room, { head, said, readSeq, readSaid });
	}

	/** Takes a head that is newer than the delivered entries. */
	raiseHead(room: string, { head, said }: Head): void {
		const state = this.#stateOf(room);
		if (head >= state.head) this.#set(room, { ...state, head, said });
	}

	/**
	 * Takes the state of a room that was joined.
	 * @param isAnew the log may be another one than before, as a shorter one is: then the state from before is void
	 */
	enter(room: string, state: State, isAnew: boolean): void {
		if (isAnew || state.head < this.#stateOf(room).head) {
			this.#set(room, state);
			return;
		}
		this.raiseHead(room, state);
		this.raiseCursor(room, state);
	}

	/** Takes a read cursor, which never goes back. */
	raiseCursor(room: string, { readSeq, readSaid }: ReadCursor): void {
		const state = this.#stateOf(room);
		this.#set(room, {
			...state,
			readSeq: Math.max(readSeq, state.readSeq),
			readSaid: Math.max(readSaid, state.readSaid)
		});
	}

	/** The user is no longer a member of a room. */
	forget(room: string): void {
		this.#states.delete(room);
		this.#onChange();
	}

	/** The user is another one. */
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

/** The `seq` of the last message of an author, 0 without one: its author has read the messages before it. */
export function lastBy(userId: string | undefined, messages: readonly Pick<Message, 'seq' | 'author'>[]): number {
	return messages.findLast(({ author }) => author.id === userId)?.seq ?? 0;
}
