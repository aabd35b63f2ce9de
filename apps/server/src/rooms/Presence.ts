import { MAX_LISTED_MEMBERS, PRESENCE_GATHER_MS, type PresenceChange, type User } from '@digda/protocol';

/** A packet of changes names at most this many who left. */
const MAX_LEFT = 1_000;

interface Person {
	user: User;
	connections: number;
}

interface RoomPresence {
	people: Map<User['id'], Person>;
	/** Whoever came or went since the last announcement, also when they are back where they were. */
	touched: Set<User['id']> | undefined;
	timer: NodeJS.Timeout | undefined;
}

/**
 * Who is in which room with a live connection. Changes are gathered, so that a thousand people who come back at
 * once make one announcement for each room and second.
 */
export class Presence {
	readonly #announce: (room: string, change: PresenceChange) => void;
	readonly #rooms = new Map<string, RoomPresence>();

	constructor(announce: (room: string, change: PresenceChange) => void) {
		this.#announce = announce;
	}

	/** A connection of a user entered a room. */
	enter(room: string, user: User): void {
		const presence: RoomPresence = this.#rooms.get(room) ?? {
			people: new Map(),
			touched: undefined,
			timer: undefined
		};
		this.#rooms.set(room, presence);
		const person = presence.people.get(user.id) ?? { user, connections: 0 };
		person.user = user;
		person.connections += 1;
		presence.people.set(user.id, person);
		if (person.connections === 1) this.#touch(room, presence, user.id);
	}

	/** A connection of a user left a room. */
	leave(room: string, userId: User['id']): void {
		const presence = this.#rooms.get(room);
		const person = presence?.people.get(userId);
		if (!presence || !person) return;
		person.connections -= 1;
		if (person.connections > 0) return;
		presence.people.delete(userId);
		this.#touch(room, presence, userId);
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
