import { changeByHand, type Choice } from './changes.ts';
import type { FaultClient } from './FaultClient.ts';
import type { Ledger } from './Ledger.ts';
import type { RawAuthor } from './RawAuthor.ts';
import type { Log } from './read-log.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { until } from '@digda/testkit/faults/until.ts';

/** What steps call the private room of their world: it has its identifier when it was made. */
export const CLUB = 'club';

/** Whether somebody is a member, as far as the answers tell. */
type Standing = 'in' | 'out' | 'unknown';

/** Somebody who is no member: nothing of theirs may stand between two places of the log. */
interface Silence {
	userId: string;
	/** The end of the log after the owner heard that they were removed. */
	after: number;
	/** The end of the log before anything might have let them in again. */
	to: number;
}

/**
 * The private room of a world, and its owner, whose way to a server has no faults. What the owner was promised is
 * written down: who is a member, which invitations are void, and when somebody could not say anything.
 */
export class Club {
	readonly room: string;
	readonly #owner: RawAuthor;
	readonly #connect: (identity?: KnownIdentity) => RawAuthor;
	readonly #ledger: Ledger;
	/** What is known of people, by user id. */
	readonly #standings = new Map<string, Standing>();
	/** What is known of everybody else. */
	#usual: Standing = 'out';
	readonly #silences: Silence[] = [];
	/** How they came who were let in, by user id. */
	readonly #waysIn = new Map<string, string>();
	#voids: string[] = [];

	private constructor(
		room: string,
		owner: RawAuthor,
		connect: (identity?: KnownIdentity) => RawAuthor,
		ledger: Ledger
	) {
		this.room = room;
		this.#owner = owner;
		this.#connect = connect;
		this.#ledger = ledger;
	}

	/** Makes the room. @param connect makes a connection of somebody, or of a new guest */
	static async open(connect: (identity?: KnownIdentity) => RawAuthor, ledger: Ledger): Promise<Club> {
		const owner = connect();
		const { room } = await owner.get('room:create', { title: '두더지 모임' });
		await owner.get('room:join', { room });
		return new Club(room, owner, connect, ledger);
	}

	/**
	 * A browser opens an invitation over several connections at once.
	 * @param isRevoked whether it is revoked in the same moment
	 */
	async admit(client: FaultClient, connections = 1, isRevoked = false): Promise<void> {
		const { invitation, secret } = await this.#invite();
		const head = await this.#head();
		const guests = Array.from({ length: connections }, () => this.#connect({ ...client.identity }));
		const [replies] = await Promise.all([
			Promise.all(guests.map((guest) => guest.ask('room:accept', { secret }))),
			isRevoked && this.#owner.get('room:revoke', { room: this.room, invitation })
		]);
		for (const guest of guests) guest.close();
		for (const page of client.pages) page.look(this.room);
		const isIn = replies.some(({ ok }) => ok);
		if (!isIn && !isRevoked) this.#complain(`an invitation let nobody in: ${JSON.stringify(replies)}`);
		for (const userId of new Set(guests.flatMap(({ user }) => user?.id ?? []))) {
			const before = this.#standing(userId);
			this.#endSilence(userId, head);
			if (isIn && before === 'out') this.#waysIn.set(userId, secret);
			if (isIn) this.#standings.set(userId, 'in');
			// An answer may be lost that said yes, before the invitation was void.
			else if (before === 'out') this.#standings.set(userId, 'unknown');
		}
		if (!isRevoked) return;
		this.#voids.push(secret);
		await this.tryVoid(client, secret);
	}

	/**
	 * Somebody who was removed and a stranger open a void invitation at once.
	 * @param secret another one than the last that is known to be void
	 */
	async tryVoid(client: FaultClient, secret = this.#voids.at(-1)): Promise<void> {
		if (secret === undefined) return;
		this.#ledger.count('void invitations opened', 2);
		const guests = [this.#connect({ ...client.identity }), this.#connect()];
		const replies = await Promise.all(guests.map((guest) => guest.ask('room:accept', { secret })));
		for (const guest of guests) guest.close();
		for (const reply of replies) {
			if (reply.ok || reply.error.code !== 'not_found') {
				this.#complain(`a void invitation was answered with ${JSON.stringify(reply)}`);
			}
		}
	}

	/** Lets in those who just begin. */
	async admitAll(clients: readonly FaultClient[]): Promise<void> {
		for (const client of clients) {
			// Who one is shows with the first connection.
			await until(() => (client.identity.token === undefined ? `${client.name} is nobody` : undefined));
			await this.admit(client);
		}
	}

	/** Makes an invitation, and ends it. */
	async revoke(): Promise<void> {
		const { invitation, secret } = await this.#invite();
		await this.#owner.get('room:revoke', { room: this.room, invitation });
		this.#voids.push(secret);
	}

	/** Ends a membership. From when this resolves they can say nothing. */
	async remove(userId: string): Promise<void> {
		await this.#owner.get('room:remove', { room: this.room, userId });
		if (this.#standing(userId) !== 'out') this.#ledger.count('members removed');
		this.#standings.set(userId, 'out');
		this.#silences.push({ userId, after: await this.#head(), to: Infinity });
		const secret = this.#waysIn.get(userId);
		if (secret !== undefined) this.#voids.push(secret);
		this.#waysIn.delete(userId);
	}

	/** The owner changes one of the newest messages, as far as an owner may. */
	async moderate(world: TestedWorld, choice: Choice): Promise<void> {
		const { messages } = await this.#owner.get('room:join', { room: this.room });
		await changeByHand(world, this.#owner, { room: this.room, messages, isOwner: true }, choice);
	}

	/** Nothing that was promised holds: an older database is in the place of the present one. */
	forget(): void {
		this.#standings.clear();
		this.#usual = 'unknown';
		this.#waysIn.clear();
		this.#silences.length = 0;
		this.#voids = [];
	}

	/** What is not as the owner was promised. @param members user ids, from the database */
	check(log: Log, members: ReadonlyMap<string, unknown>): string[] {
		const complaints: string[] = [];
		for (const [userId, standing] of this.#standings) {
			const isIn = members.has(userId);
			if (standing === (isIn ? 'out' : 'in')) complaints.push(`${userId} is ${isIn ? 'a' : 'no'} member`);
		}
		for (const { userId, after, to } of this.#silences) {
			const said = log.get(this.room)?.filter(({ seq, author }) => author.id === userId && seq > after && seq <= to);
			for (const message of said ?? []) {
				complaints.push(`${userId} was removed at ${after} and said ${JSON.stringify(message)}`);
			}
		}
		return complaints;
	}

	#standing(userId: string): Standing {
		return this.#standings.get(userId) ?? this.#usual;
	}

	#invite(): Promise<{ invitation: string; secret: string }> {
		return this.#owner.get('room:invite', { room: this.room });
	}

	/** The end of the log, not before this call. */
	async #head(): Promise<number> {
		const { head } = await this.#owner.get('room:join', { room: this.room });
		return head;
	}

	#endSilence(userId: string, to: number): void {
		for (const silence of this.#silences) {
			if (silence.userId === userId) silence.to = Math.min(silence.to, to);
		}
	}

	#complain(what: string): void {
		this.#ledger.complaints.push(what);
	}
}
