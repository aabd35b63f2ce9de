import { makeBrowserStep, makeTalk, makeTopic, placesOf, WITHOUT_CLUB } from '../browser-steps.ts';
import type { Course } from '../course.ts';
import { Random } from '../random.ts';
import type { Transport } from '../FaultSocket.ts';
import { NODES } from './ClusterWorld.ts';
import type { ClusterStep, NodeStep } from './steps.ts';

/** The events for nodes and their browsers. */
export type ClusterSchedule = Course<ClusterStep>;

/** The weight of each kind of step. */
const WEIGHTS: Record<ClusterStep['do'], number> = {
	say: 8,
	acknowledged: 3,
	change: 9,
	'change-unseen': 2.5,
	moderate: 1,
	resend: 1.5,
	'look-back': 3,
	'mark-read': 2,
	discard: 1,
	remove: 3,
	invite: 3,
	'open-void': 1.5,
	mute: 1.5,
	end: 0.7,
	reset: 0.7,
	slice: 0.5,
	slow: 1,
	'black-hole': 0.5,
	heal: 1.5,
	withhold: 1,
	duplicates: 2.5,
	away: 0.5,
	reload: 1.2,
	'lose-token': 0.3,
	'open-tab': 2,
	'close-tab': 0.8,
	kill: 3,
	'kill-at-news': 2,
	stop: 2,
	clock: 0.5,
	roll: 0.5,
	'kill-redis': 2,
	'freeze-redis': 1,
	'cut-redis': 2,
	forge: 1.5,
	'terminate-backends': 2,
	'restart-postgres': 1.2
};

/** Steps that have no effect before a message is sent. */
const NEED_NEWS: ReadonlySet<ClusterStep['do']> = new Set([
	...(['kill-at-news', 'withhold', 'clock', 'kill-redis', 'cut-redis', 'stop', 'terminate-backends'] as const)
]);

const HOUR_MS = 3_600_000;

/** Makes the schedule of a seed. */
export function makeClusterSchedule(seed: number): ClusterSchedule {
	const random = new Random(seed);
	const transports = Array.from({ length: random.whole(3, 6) }, () =>
		random.pick<Transport>(['websocket', 'websocket', 'polling'])
	);
	const rooms = Array.from({ length: random.whole(1, 3) }, (_, index) => `room-${index}`);
	const hasClub = random.chance(0.6);
	const weights = hasClub ? WEIGHTS : { ...WEIGHTS, ...WITHOUT_CLUB };
	const places = placesOf(rooms, hasClub);
	const steps: ClusterStep[] = [];
	const length = random.whole(6, 14);
	const say = () => makeBrowserStep('say', random, transports, places);
	while (steps.length < length) {
		const kind = random.weighted(weights);
		// A fault needs messages in flight.
		if (kind !== 'say' && random.chance(0.6)) steps.push(say());
		const step = makeNodeStep(kind, random, rooms) ?? makeBrowserStep(kind as never, random, transports, places);
		if (step.do === 'change') steps.push(...makeTopic(step));
		steps.push(step);
		if (NEED_NEWS.has(kind)) steps.push(say(), say());
		if (step.do === 'open-tab') steps.push(...makeTalk(step.client, random, places));
	}
	return { seed, transports, rooms, hasClub, hasLocks: random.chance(0.7), isJoinedFirst: random.chance(0.7), steps };
}

function makeNodeStep(kind: ClusterStep['do'], random: Random, rooms: readonly string[]): NodeStep | undefined {
	const node = random.whole(0, NODES - 1);
	switch (kind) {
		case 'kill':
			return { do: kind, node, afterMs: random.whole(0, 20), isAwaited: random.chance(0.4) };
		case 'kill-at-news':
			return { do: kind, node, nth: random.whole(1, 6) };
		case 'stop':
			return { do: kind, node, stopMs: random.chance(0.7) ? random.whole(50, 1_000) : random.whole(2_000, 4_000) };
		case 'clock':
			return { do: kind, node, offsetMs: random.pick([-HOUR_MS, HOUR_MS, 0]) };
		case 'roll':
			return { do: kind, room: random.pick(rooms) };
		case 'kill-redis':
			return { do: kind, downMs: random.whole(0, 2_000) };
		case 'freeze-redis':
			return { do: kind, frozenMs: random.pick([300, 1_000, 3_000]) };
		case 'cut-redis':
			return { do: kind, node, isSilent: random.chance(0.5), cutMs: random.whole(100, 3_000) };
		case 'forge':
			return { do: kind, room: random.pick(rooms) };
		case 'terminate-backends':
			return { do: kind };
		case 'restart-postgres':
			return { do: kind, ending: random.pick(['fast', 'immediate'] as const), downMs: random.whole(0, 800) };
		default:
			return undefined;
	}
}
