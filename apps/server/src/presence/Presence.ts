import { MAX_LISTED_MEMBERS, PRESENCE_BATCH_MS, type PresenceChange, type User } from '@digda/protocol';

/** The most people in `left` of one packet. */
const MAX_LEFT = 1_000;

interface Person {
	user: User;
	/** On this node. */
	connections: number;
	/** The number of other nodes where they are online. */
	nodes: number;
}

interface RoomPresence {
	people: Map<User['id'], Person>;
	/** People who came online or went offline since the last announcement, even if their state is the same again. */
	touched: Set<User['id']> | undefined;
	timer: NodeJS.Timeout | undefined;
}

/**
 * The people who are online in each room, on any node. Changes are batched: a thousand people who reconnect at once
 * cause one announcement per room and second.
 */
export class Presence {
	readonly #announce: (room: string, change: PresenceChange) => void;
	#onLocalChange: (room: string, user: User, isOnline: boolean) => void = () => undefined;
	readonly #rooms = new Map<string, RoomPresence>();

	constructor(announce: (room: string, change: PresenceChange) => void) {
		this.#announce = announce;
	}

	/** Sets the listener for a user's first connection to this node in a room, and for the end of the last one. */
	onLocal(listener: (room: string, user: User, isOnline: boolean) => void): void {
		this.#onLocalChange = listener;
	}

	/** Adds a connection of a user to a room. */
	enter(room: string, user: User): void {
		const person = this.#add(room, user);
		person.connections += 1;
		if (person.connections === 1) this.#onLocalChange(room, user, true);
	}

	/** Removes a connection of a user from a room. */
	leave(room: string, userId: User['id']): void {
		const person = this.#rooms.get(room)?.people.get(userId);
		if (!person || person.connections === 0) return;
		person.connections -= 1;
		this.#removeIfOffline(room, person);
		if (person.connections === 0) this.#onLocalChange(room, person.user, false);
	}

	/** Adds another node on which a user is online in a room. Call it once per node. */
	enterElsewhere(room: string, user: User): void {
		this.#add(room, user).nodes += 1;
	}

	/** Removes another node on which a user was online in a room. */
	leaveElsewhere(room: string, userId: User['id']): void {
		const person = this.#rooms.get(room)?.people.get(userId);
		if (!person || person.nodes === 0) return;
		person.nodes -= 1;
		this.#removeIfOffline(room, person);
	}

	/** The people with a connection to this node, by room. */
	*local(): Generator<{ room: string; user: User }> {
		for (const [room, { people }] of this.#rooms) {
			for (const { user, connections } of people.values()) if (connections > 0) yield { room, user };
		}
	}

	/** Changes the name of a person in all rooms. */
	rename(user: User): void {
		for (const { people } of this.#rooms.values()) {
			const person = people.get(user.id);
			if (person) person.user = user;
		}
	}

	#add(room: string, user: User): Person {
		const presence: RoomPresence = this.#rooms.get(room) ?? {
			people: new Map(),
			touched: undefined,
			timer: undefined
		};
		this.#rooms.set(room, presence);
		const known = presence.people.get(user.id);
		const person = known ?? { user, connections: 0, nodes: 0 };
		person.user = user;
		presence.people.set(user.id, person);
		if (!known) this.#touch(room, presence, user.id);
		return person;
	}

	#removeIfOffline(room: string, { user, connections, nodes }: Person): void {
		const presence = this.#rooms.get(room);
		if (!presence || connections + nodes > 0) return;
		presence.people.delete(user.id);
		this.#touch(room, presence, user.id);
	}

	/** The online members of a room, at most `MAX_LISTED_MEMBERS`; `count` returns their number. */
	members(room: string): User[] {
		const users: User[] = [];
		for (const { user } of this.#rooms.get(room)?.people.values() ?? []) {
			if (users.push(user) === MAX_LISTED_MEMBERS) break;
		}
		return users;
	}

	count(room: string): number {
		return this.#rooms.get(room)?.people.size ?? 0;
	}

	#touch(room: string, presence: RoomPresence, userId: User['id']): void {
		(presence.touched ??= new Set()).add(userId);
		presence.timer ??= setTimeout(() => this.#announceChanges(room, presence), PRESENCE_BATCH_MS).unref();
	}

	#announceChanges(room: string, presence: RoomPresence): void {
		const { people, touched = new Set() } = presence;
		// The list is bounded; the count includes everybody.
		const joined = [...touched].flatMap((id) => people.get(id)?.user ?? []).slice(0, MAX_LISTED_MEMBERS);
		const left = [...touched].filter((id) => !people.has(id));
		presence.touched = undefined;
		presence.timer = undefined;
		if (people.size === 0) {
			this.#rooms.delete(room);
			return;
		}
		do {
			this.#announce(room, {
				joined: joined.splice(0),
				left: left.splice(0, MAX_LEFT),
				memberCount: people.size
			});
		} while (left.length > 0);
	}
}
