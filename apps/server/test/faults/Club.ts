import { changeByHand, type Choice } from './changes.ts';
import type { FaultClient } from './FaultClient.ts';
import type { Ledger } from './Ledger.ts';
import type { RawAuthor } from './RawAuthor.ts';
import type { Log } from './read-log.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { until } from '@digda/testkit/faults/until.ts';

/** The name of the private room in steps. Its identifier is known once it was made. */
export const CLUB = 'club';

/** Whether a person is a member, by the answers so far. */
type Standing = 'in' | 'out' | 'unknown';

/** The range of the log in which a removed member must not have an entry. */
interface Silence {
	userId: string;
	/** The head after the acknowledgement of the removal. */
	after: number;
	/** The head before a possible return. */
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
	/** The known standings, by user id. */
	readonly #standings = new Map<string, Standing>();
	/** The standing of everybody else. */
	#usual: Standing = 'out';
	readonly #silences: Silence[] = [];
	/** The secrets by which members came, by user id. */
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

	/** Makes the room. @param connect makes a connection of a person, or of a new guest */
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
			// A lost answer may have admitted them before the invitation was revoked.
			else if (before === 'out') this.#standings.set(userId, 'unknown');
		}
		if (!isRevoked) return;
		this.#voids.push(secret);
		await this.tryVoid(client, secret);
	}

	/**
	 * A removed member and a stranger open a revoked invitation at once.
	 * @param secret of the invitation, by default the last that is known to be revoked
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

	/** Admits new browsers. */
	async admitAll(clients: readonly FaultClient[]): Promise<void> {
		for (const client of clients) {
			// A browser has an identity after its first connection.
			await until(() => (client.identity.token === undefined ? `${client.name} has no session` : undefined));
			await this.admit(client);
		}
	}

	/** Makes an invitation, and revokes it. */
	async revoke(): Promise<void> {
		const { invitation, secret } = await this.#invite();
		await this.#owner.get('room:revoke', { room: this.room, invitation });
		this.#voids.push(secret);
	}

	/** Ends a membership. Once this resolves, the person must not add an entry. */
	async remove(userId: string): Promise<void> {
		await this.#owner.get('room:remove', { room: this.room, userId });
		if (this.#standing(userId) !== 'out') this.#ledger.count('members removed');
		this.#standings.set(userId, 'out');
		this.#silences.push({ userId, after: await this.#head(), to: Infinity });
		const secret = this.#waysIn.get(userId);
		if (secret !== undefined) this.#voids.push(secret);
		this.#waysIn.delete(userId);
	}

	/** The owner changes one of the newest messages, where an owner may. */
	async moderate(world: TestedWorld, choice: Choice): Promise<void> {
		const { messages } = await this.#owner.get('room:join', { room: this.room });
		await changeByHand(world, this.#owner, { room: this.room, messages, isOwner: true }, choice);
	}

	/** Forgets all promises: an older database replaces the present one. */
	forget(): void {
		this.#standings.clear();
		this.#usual = 'unknown';
		this.#waysIn.clear();
		this.#silences.length = 0;
		this.#voids = [];
	}

	/** Checks the promises to the owner. @param members user ids from the database @returns complaints */
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

	/** The head, read after this call. */
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
