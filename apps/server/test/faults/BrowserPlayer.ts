import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '@digda/protocol';
import type { ChangeKind } from '@digda/testkit/entries.ts';
import { happens, until } from '@digda/testkit/faults/until.ts';
import { add, changeByHand, changeShown, changeUnseen, entryOf, type Choice } from './changes.ts';
import { CLUB, type Club } from './Club.ts';
import { discard, type Typing } from './discard.ts';
import type { FaultClient } from './FaultClient.ts';
import type { Page } from './Page.ts';
import type { Random } from './random.ts';
import type { RawAuthor } from './RawAuthor.ts';
import { readLog } from './read-log.ts';
import { resend, storedOf } from './resends.ts';
import type { BrowserStep } from './steps.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { isMessage } from '@digda/sync';

/** How the ends of pages are called in the figures. */
const ENDS = { reload: 'reloads', 'lose-token': 'lost tokens', 'close-tab': 'tabs closed' };

/** A room has so many entries when a page looks back in it: more than two pages. */
const LONG = 120;

/** Plays what happens to browsers. Chance comes from the seed, the moments from the machine. */
export class BrowserPlayer {
	readonly #world: TestedWorld;
	readonly #random: Random;
	#texts = 0;

	constructor(world: TestedWorld, random: Random) {
		this.#world = world;
		this.#random = random;
	}

	async play(step: BrowserStep): Promise<void> {
		switch (step.do) {
			case 'say':
				this.say(step, step.count, step.size);
				await pause(this.#random.whole(0, 8));
				break;
			case 'acknowledged':
				await this.#acknowledged(this.client(step), step.count);
				break;
			case 'change':
				for (const kind of step.kinds) {
					await changeShown(this.#world, this.page(step), this.#room(step), this.#choice(kind, this.page(step)));
				}
				break;
			case 'change-unseen': {
				const typing = { client: this.client(step), ...this.#typing(step) };
				await changeUnseen(this.#world, typing, this.#choice(step.kind, typing.page));
				break;
			}
			case 'moderate':
				for (const kind of step.kinds) {
					await this.#club.moderate(this.#world, this.#choice(kind, { name: 'the owner' }));
				}
				break;
			case 'resend':
				await this.#resend(this.client(step), step.count);
				break;
			case 'look-back':
				await this.#lookBack(step);
				break;
			case 'mark-read': {
				const room = this.page(step).rooms.open(this.#room(step));
				room.markRead(Math.ceil(room.timeline.to * step.part));
				break;
			}
			case 'discard':
				await discard(this.#world, this.#typing(step), step.isOffline);
				break;
			case 'remove':
			case 'invite':
			case 'open-void':
				await this.#changeMembers(step);
				break;
			case 'duplicates':
				await this.#sendDuplicates(step);
				break;
			case 'away':
				await this.#beAway(step);
				break;
			case 'open-tab':
				this.#world.ledger.count('tabs opened');
				await this.client(step).openTab();
				break;
			case 'reload':
			case 'lose-token':
			case 'close-tab':
				await this.#endPage(step);
				break;
			default:
				await this.#hurtNetwork(step);
		}
	}

	/** A page types texts in one go, and does not wait. */
	say(at: { client: number; page: number; room: string }, count: number, size: number): void {
		const page = this.page(at);
		if (this.#random.chance(0.2)) {
			this.#world.ledger.count('topics set');
			void page.rooms.open(this.#room(at)).setTopic(this.text(page, 0));
		}
		for (let said = 0; said < count; said += 1) {
			// It ends with the page, or well.
			const random = this.#random.chance(0.4) ? this.#random : undefined;
			page.say(this.#room(at), this.text(page, size), random).catch((error: unknown) => {
				this.#world.ledger.complaints.push(`${page.name} could not type: ${String(error)}`);
			});
		}
	}

	async #acknowledged(client: FaultClient, count: number): Promise<void> {
		const goal = client.acknowledgedCount + count;
		await happens(() => client.acknowledgedCount >= goal || client.unsettled.length === 0);
	}

	/** Adopts some of what was typed under other identities; the rest stays, and says so. */
	async adopt(): Promise<void> {
		for (const page of this.#world.clients.flatMap(({ pages }) => pages)) {
			// A page knows its user only after the connection.
			await until(() => (page.session.isReady ? undefined : `${page.name} is not connected`));
			for (const entry of page.rooms.outbox.foreign) {
				// A change of a message that another user made is not theirs to make.
				if (isMessage(entry) && this.#random.chance(0.5)) await page.adopt(entry);
			}
		}
	}

	/** A text that is said once in the world. */
	text({ name }: { name: string }, size: number): string {
		return `${name} says ${(this.#texts += 1)} ${'가나다 '.repeat(size / 4)}`.trim();
	}

	/** @throws {RangeError} when there is none */
	page(at: { client: number; page: number }): Page {
		return this.client(at).page(at.page);
	}

	/** @throws {RangeError} when there is none */
	client({ client }: { client: number }): FaultClient {
		const found = this.#world.clients[client];
		if (!found) throw new RangeError(`there is no browser ${client}`);
		return found;
	}

	get #club(): Club {
		const { club } = this.#world;
		if (!club) throw new RangeError('there is no private room');
		return club;
	}

	/** The identifier of the room that a step means. */
	#room({ room }: { room: string }): string {
		return room === CLUB ? this.#club.room : room;
	}

	#choice(kind: ChangeKind, by: { name: string }): Choice {
		return { kind, random: this.#random, text: () => this.text(by, this.#random.chance(0.1) ? 3_000 : 0) };
	}

	#typing(step: { client: number; page: number; room: string }): Typing {
		const page = this.page(step);
		return { page, room: this.#room(step), text: this.text(page, 0) };
	}

	async #changeMembers(step: Extract<BrowserStep, { do: 'remove' | 'invite' | 'open-void' }>): Promise<void> {
		const client = this.client(step);
		switch (step.do) {
			case 'remove': {
				const { user } = this.page(step).session;
				if (!user) break;
				this.say({ ...step, room: CLUB }, step.count, 0);
				await pause(this.#random.whole(0, 8));
				await this.#club.remove(user.id);
				break;
			}
			case 'invite':
				await this.#club.admit(client, step.connections, step.isRevoked);
				break;
			case 'open-void':
				if (step.isOwn) await this.#club.revoke();
				await this.#club.tryVoid(client);
				break;
		}
	}

	async #hurtNetwork(
		step: Extract<BrowserStep, { do: 'mute' | 'end' | 'reset' | 'slice' | 'slow' | 'black-hole' | 'heal' | 'withhold' }>
	): Promise<void> {
		const { proxy } = this.client(step);
		const { ledger } = this.#world;
		switch (step.do) {
			case 'mute':
				ledger.count(`lines cut ${step.directions.length === 1 ? 'one way' : 'both ways'}`);
				proxy.mute(...step.directions);
				break;
			case 'end':
				ledger.count('lines ended');
				proxy.end();
				break;
			case 'reset':
				ledger.count('lines reset');
				proxy.reset();
				break;
			case 'slice':
				ledger.count('lines sliced into bytes');
				proxy.weather.isSliced = true;
				break;
			case 'slow':
				ledger.count('lines slowed down');
				proxy.weather.delayMs = step.delayMs;
				break;
			case 'black-hole':
				ledger.count('black holes');
				proxy.isBlackHole = true;
				proxy.reset();
				break;
			case 'heal':
				proxy.heal();
				break;
			case 'withhold': {
				const { id: socketId } = this.page(step).socket.socket;
				if (socketId === undefined) break;
				const { count, delayMs } = step;
				ledger.count(delayMs === undefined ? 'news dropped' : 'news delayed', count);
				const command = { fault: 'withhold', socketId, count } as const;
				await this.#world.command(delayMs === undefined ? command : { ...command, delayMs });
				break;
			}
		}
	}

	async #sendDuplicates(step: Extract<BrowserStep, { do: 'duplicates' }>): Promise<void> {
		const client = this.client(step);
		if (client.identity.token === undefined) return;
		// Its own copy: a token that a restored database does not know is not this browser's loss.
		const identities = Array.from({ length: step.connections }, () => ({ ...client.identity }));
		const messages = Array.from({ length: step.count }, () => ({
			...{ room: step.room, id: this.#random.uuid() },
			text: this.text(client, 0)
		}));
		const authors = identities.map((identity) => this.#world.author(identity));
		this.#world.ledger.count('duplicates', (messages.length + step.kinds.length) * (authors.length - 1));
		await Promise.all(authors.map((author) => author.send(messages)));
		const users = new Set(authors.map(({ user }) => user?.id));
		const [author = ''] = users;
		const changes = step.kinds.map((kind) => {
			return entryOf(step.room, { author, id: this.#random.pick(messages).id }, this.#choice(kind, client));
		});
		// Without its token each connection is somebody else.
		const senders = users.size === 1 ? authors : [];
		await Promise.all(senders.flatMap((sender) => changes.map((change) => add(this.#world, sender, change))));
		for (const author of authors) author.close();
	}

	async #beAway(step: Extract<BrowserStep, { do: 'away' }>): Promise<void> {
		const page = this.page(step);
		page.socket.goOffline();
		const author = this.#world.author();
		await this.#crowd(author, step.room, step.missed);
		await this.#changeShown(author, page, step);
		author.close();
		page.socket.goOnline();
		this.#world.ledger.count('messages missed while away', step.missed);
	}

	/** A page stays where it looks; entries at the end are not of its window, those that change what it shows are. */
	async #lookBack(step: Extract<BrowserStep, { do: 'look-back' }>): Promise<void> {
		const { ledger } = this.#world;
		const page = this.page(step);
		const room = page.rooms.open(step.room);
		const author = this.#world.author();
		await this.#crowd(author, step.room, Math.max(0, LONG - room.timeline.head));
		if (await happens(() => room.status === 'joined' && room.timeline.head >= LONG)) {
			room.history.isReaderAtEnd = false;
			room.history.lastSeen = Math.ceil(room.timeline.head * step.part);
			// Its connection may end before.
			await room.history.showAround(room.history.lastSeen).catch(() => undefined);
			ledger.count(room.timeline.isFollowing ? 'looks at the end' : 'looks back');
		}
		await this.#changeShown(author, page, step);
		author.close();
	}

	/** A stranger says a lot. */
	async #crowd(author: RawAuthor, room: string, count: number): Promise<void> {
		const messages = Array.from({ length: count }, () => ({
			...{ room, id: this.#random.uuid() },
			text: this.text({ name: 'the crowd' }, 0)
		}));
		await author.send(messages);
		await author.get('room:join', { room });
	}

	/** A stranger changes what a page shows, and what came last. */
	async #changeShown(author: RawAuthor, page: Page, { room, kinds }: { room: string; kinds: ChangeKind[] }) {
		const { messages: newest } = await author.get('room:join', { room });
		const shown = (): readonly Message[] => page.rooms.open(room).timeline.messages;
		for (const kind of kinds) {
			const messages = this.#random.chance(0.6) ? shown() : newest;
			await changeByHand(this.#world, author, { room, messages }, this.#choice(kind, { name: 'the crowd' }));
		}
	}

	async #resend(client: FaultClient, count: number): Promise<void> {
		const stored = storedOf(this.#world.ledger, await this.#world.read(readLog), client.identity.user?.id);
		await resend(
			this.#world,
			Array.from({ length: Math.min(count, stored.length) }, () => this.#random.pick(stored))
		);
	}

	async #endPage(step: Extract<BrowserStep, { do: 'reload' | 'lose-token' | 'close-tab' }>): Promise<void> {
		const client = this.client(step);
		// Somebody must be left to send it.
		if (step.do === 'close-tab' && client.pages.length === 1) await client.openTab();
		const page = this.page(step);
		// Packets of the page do not arrive, so the reload comes between sending and the acknowledgement.
		if (step.do === 'reload' && step.isMuted) client.proxy.mute('up');
		if (step.do === 'close-tab' && step.isOffline) page.socket.goOffline();
		this.say(step, step.count, 0);
		await pause(this.#random.whole(0, 8));
		this.#world.ledger.count(ENDS[step.do]);
		if (step.do === 'close-tab') client.closeTab(page);
		else await (step.do === 'reload' ? client.reload(page) : client.loseToken(page));
	}
}
