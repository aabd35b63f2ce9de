import { CHANGE_KINDS, type ChangeKind } from '@digda/testkit/entries.ts';
import { CLUB } from './Club.ts';
import type { Random } from './random.ts';
import type { Transport } from './FaultSocket.ts';
import type { BrowserStep } from './steps.ts';

/** Chooses a page of a browser, and a room. */
export function makePlace(random: Random, transports: readonly Transport[], rooms: readonly string[]) {
	const client = random.whole(0, transports.length - 1);
	return { client, page: random.whole(0, 2), room: random.pick(rooms) };
}

/** Two pages of a browser type one after the other, in some schedules without a connection. */
export function makeTalk(client: number, random: Random, rooms: readonly string[]): BrowserStep[] {
	const room = random.pick(rooms);
	const pages = random.pick([
		[0, 1],
		[1, 0]
	] as const);
	const talk = pages.map((page): BrowserStep => {
		return { do: 'say', client, page, room, count: random.whole(1, 3), size: 0 };
	});
	return random.chance(0.4) ? [{ do: 'black-hole', client }, ...talk] : talk;
}

/** A page sends a message, which it may then change. */
export function makeTopic({ client, page, room }: { client: number; page: number; room: string }): BrowserStep[] {
	return [
		{ do: 'say', client, page, room, count: 2, size: 0 },
		{ do: 'acknowledged', client, count: 2 }
	];
}

/** Weights of steps that need a private room. */
export const WITHOUT_CLUB = { remove: 0, invite: 0, 'open-void': 0, moderate: 0 } as const;

/** The rooms of a page: the public ones, and the private one if there is one. */
export function placesOf(rooms: readonly string[], hasClub: boolean): readonly string[] {
	return hasClub ? [...rooms, CLUB, CLUB] : rooms;
}

/** Makes a random step of a kind. @param rooms from `placesOf` */
export function makeBrowserStep(
	kind: BrowserStep['do'],
	random: Random,
	transports: readonly Transport[],
	rooms: readonly string[]
): BrowserStep {
	const at = makePlace(random, transports, rooms);
	const { client, page } = at;
	// A `RawAuthor` is no member of the private room.
	const anyPublic = () => random.pick(rooms.filter((each) => each !== CLUB));
	switch (kind) {
		case 'say': {
			const size = random.chance(0.1) ? 3_000 : 0;
			return { do: kind, ...at, count: random.whole(1, 6), size };
		}
		case 'change':
			return { do: kind, ...at, kinds: someKinds(random, 1, 4) };
		case 'change-unseen':
			return { do: kind, ...at, kind: random.pick(CHANGE_KINDS) };
		case 'moderate':
			return { do: kind, kinds: someKinds(random, 1, 3) };
		case 'resend':
			return { do: kind, client, count: random.whole(1, 20) };
		case 'look-back':
			return { do: kind, ...at, room: anyPublic(), part: random.next(), kinds: someKinds(random, 3, 10) };
		case 'mark-read':
			return { do: kind, ...at, part: random.next() };
		case 'discard':
			return { do: kind, ...at, isOffline: random.chance(0.5) };
		case 'remove':
			return { do: kind, client, page, count: random.whole(0, 6) };
		case 'invite':
			return { do: kind, client, connections: random.whole(1, 3), isRevoked: random.chance(0.4) };
		case 'open-void':
			return { do: kind, client, isOwn: random.chance(0.5) };
		case 'acknowledged':
			return { do: kind, client, count: random.whole(1, 4) };
		case 'mute':
			return {
				do: kind,
				client,
				directions: random.pick([['up'], ['down'], ['up', 'down']] as const).slice()
			};
		case 'end':
		case 'reset':
		case 'slice':
		case 'black-hole':
		case 'heal':
			return { do: kind, client };
		case 'slow':
			return { do: kind, client, delayMs: random.whole(1, 60) };
		case 'withhold':
			return {
				do: kind,
				client,
				page,
				count: random.whole(1, 3),
				...(random.chance(0.4) && { delayMs: random.whole(5, 300) })
			};
		case 'duplicates':
			return {
				...{ do: kind, client, room: anyPublic(), kinds: someKinds(random, 0, 6) },
				...{ count: random.whole(1, 4), connections: random.whole(2, 4) }
			};
		case 'away': {
			const missed = random.chance(0.7) ? random.whole(200, 1_000) : random.whole(1_001, 2_500);
			return { do: kind, ...at, room: anyPublic(), missed, kinds: someKinds(random, 0, 8) };
		}
		case 'reload':
			return { do: kind, ...at, count: random.whole(0, 3), isMuted: random.chance(0.5) };
		case 'lose-token':
			return { do: kind, ...at, count: random.whole(0, 2) };
		case 'open-tab':
			return { do: kind, client };
		case 'close-tab':
			return { do: kind, ...at, count: random.whole(0, 3), isOffline: random.chance(0.5) };
	}
}

/** A random sequence of kinds of changes. */
function someKinds(random: Random, least: number, most: number): ChangeKind[] {
	return Array.from({ length: random.whole(least, most) }, () => random.pick(CHANGE_KINDS));
}
