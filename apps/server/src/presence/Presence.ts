import { MAX_LISTED_MEMBERS, PRESENCE_GATHER_MS, type PresenceChange, type User } from '@digda/protocol';

/** A packet of changes names at most this many who left. */
const MAX_LEFT = 1_000;

interface Person {
	user: User;
	/** To this node. */
	connections: number;
	/** Other nodes that they are connected to. */
	nodes: number;
}

interface RoomPresence {
	people: Map<User['id'], Person>;
	/** Whoever came or went since the last announcement, also when they are back where they were. */
	touched: Set<User['id']> | undefined;
	timer: NodeJS.Timeout | undefined;
}

/**
 * Who is in which room with a live connection, to whichever node. Changes are gathered, so that a thousand people who come back at
 * once make one announcement for each room and second.
 */
export class Presence {
	readonly #announce: (room: string, change: PresenceChange) => void;
	#hearLocal: (room: string, user: User, isPresent: boolean) => void = () => undefined;
	readonly #rooms = new Map<string, RoomPresence>();

	constructor(announce: (room: string, change: PresenceChange) => void) {
		this.#announce = announce;
	}

	/** The one listener hears that somebody has their first connection to this node in a room, or had their last one. */
	onLocal(listener: (room: string, user: User, isPresent: boolean) => void): void {
		this.#hearLocal = listener;
	}

	/** A connection of a user entered a room. */
	enter(room: string, user: User): void {
		const person = this.#admit(room, user);
		person.connections += 1;
		if (person.connections === 1) this.#hearLocal(room, user, true);
	}

	/** A connection of a user left a room. */
	leave(room: string, userId: User['id']): void {
		const person = this.#rooms.get(room)?.people.get(userId);
		if (!person || person.connections === 0) return;
		person.connections -= 1;
		this.#dismiss(room, person);
		if (person.connections === 0) this.#hearLocal(room, person.user, false);
	}

	/** Another node says that it has a connection of a user in a room; once for each node. */
	enterElsewhere(room: string, user: User): void {
		this.#admit(room, user).nodes += 1;
	}

	/** Another node has none any more. */
	leaveElsewhere(room: string, userId: User['id']): void {
		const person = this.#rooms.get(room)?.people.get(userId);
		if (!person || person.nodes === 0) return;
		person.nodes -= 1;
		this.#dismiss(room, person);
	}

	/** Who has a connection to this node, in each room. */
	*local(): Generator<{ room: string; user: User }> {
		for (const [room, { people }] of this.#rooms) {
			for (const { user, connections } of people.values()) if (connections > 0) yield { room, user };
		}
	}

	/** What a person is called from now on, wherever they are listed. */
	rename(user: User): void {
		for (const { people } of this.#rooms.values()) {
			const person = people.get(user.id);
			if (person) person.user = user;
		}
	}

	#admit(room: string, user: User): Person {
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

	#dismiss(room: string, { user, connections, nodes }: Person): void {
		const presence = this.#rooms.get(room);
		if (!presence || connections + nodes > 0) return;
		presence.people.delete(user.id);
		this.#touch(room, presence, user.id);
	}

	/** Some of those who are present; `count` says how many there are. */
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
		presence.timer ??= setTimeout(() => this.#tell(room, presence), PRESENCE_GATHER_MS).unref();
	}

	#tell(room: string, presence: RoomPresence): void {
		const { people, touched = new Set() } = presence;
		// Lists hold so many people and no more; the count is of all.
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
