import { MAX_LISTED_MEMBERS, TYPING_EXPIRY_MS, type PresenceChange, type User } from '@digda/protocol';
import { Signal } from './Signal.ts';
import type { Schedule } from './timing.ts';

/** The online members of a room, and the members who are typing. */
export class People {
	readonly changes = new Signal();
	readonly #schedule: Schedule;
	#members = new Map<User['id'], User>();
	#listed: readonly User[] = [];
	#memberCount = 0;
	readonly #typing = new Map<User['id'], { user: User; cancel: () => void }>();

	constructor(schedule: Schedule) {
		this.#schedule = schedule;
	}

	/** The listed online members; `memberCount` counts all. Each change creates another array. */
	get members(): readonly User[] {
		return this.#listed;
	}

	get memberCount(): number {
		return this.#memberCount;
	}

	get typing(): readonly User[] {
		return Array.from(this.#typing.values(), ({ user }) => user);
	}

	/** Replaces the list by the online members that the server sent. */
	start(members: readonly User[], memberCount: number): void {
		this.#members = new Map(members.map((user) => [user.id, user]));
		this.#list(memberCount);
	}

	change({ joined, left, memberCount }: PresenceChange): void {
		for (const id of left) {
			this.#members.delete(id);
			this.stopTyping(id);
		}
		for (const user of joined) {
			if (this.#members.has(user.id) || this.#members.size < MAX_LISTED_MEMBERS) {
				this.#members.set(user.id, user);
			}
		}
		this.#list(memberCount);
	}

	rename(user: User): void {
		if (!this.#members.has(user.id)) return;
		this.#members.set(user.id, user);
		this.#list(this.#memberCount);
	}

	/** Sets whether a member types. Without another notice the state expires after `TYPING_EXPIRY_MS`. */
	setTyping(user: User, isTyping: boolean): void {
		this.stopTyping(user.id);
		if (!isTyping) return;
		const cancel = this.#schedule(TYPING_EXPIRY_MS, () => this.stopTyping(user.id));
		this.#typing.set(user.id, { user, cancel });
		this.changes.fire();
	}

	stopTyping(id: User['id']): void {
		this.#typing.get(id)?.cancel();
		if (this.#typing.delete(id)) this.changes.fire();
	}

	/** Clears the typing members: without a connection the client gets no typing notices. */
	close(): void {
		for (const id of [...this.#typing.keys()]) this.stopTyping(id);
	}

	#list(memberCount: number): void {
		this.#listed = [...this.#members.values()];
		this.#memberCount = memberCount;
		this.changes.fire();
	}
}
