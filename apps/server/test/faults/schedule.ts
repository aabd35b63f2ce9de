import type { Point } from '@digda/testkit/faults/commands.ts';
import { makeBrowserStep, makePlace, makeTalk, makeTopic, placesOf, WITHOUT_CLUB } from './browser-steps.ts';
import type { Course } from './course.ts';
import { Random } from './random.ts';
import type { Transport } from './FaultSocket.ts';
import type { Step, StepKind } from './steps.ts';

/** The events for a server and its browsers. */
export type Schedule = Course<Step>;

/** The weight of each kind of step. */
const WEIGHTS: Record<Exclude<StepKind, 'restore-database'>, number> = {
	say: 10,
	acknowledged: 3,
	change: 9,
	'change-unseen': 2.5,
	moderate: 1,
	resend: 1.5,
	'look-back': 5,
	'mark-read': 2,
	discard: 1.5,
	remove: 3,
	invite: 3,
	'open-void': 1.5,
	kill: 2,
	'kill-at': 3,
	pause: 1,
	mute: 2,
	end: 1,
	reset: 1,
	slice: 1,
	slow: 1,
	'black-hole': 0.7,
	heal: 2,
	withhold: 2,
	clock: 0.8,
	duplicates: 1,
	away: 0.5,
	reload: 1.5,
	'lose-token': 0.4,
	'open-tab': 2.5,
	'close-tab': 1,
	'full-disk': 0.5,
	'end-worker': 0.7,
	'copy-database': 0.25
};

/** Steps that have no effect before a message is sent. */
const NEED_NEWS: ReadonlySet<StepKind> = new Set<StepKind>(['kill-at', 'withhold', 'clock']);

const POINTS: Point[] = ['before-insert', 'before-commit', 'after-commit', 'broadcast'];

const HOUR_MS = 3_600_000;

/** Makes the schedule of a seed. */
export function makeSchedule(seed: number): Schedule {
	const random = new Random(seed);
	const transports = Array.from({ length: random.whole(2, 5) }, () =>
		random.pick<Transport>(['websocket', 'websocket', 'polling'])
	);
	const rooms = Array.from({ length: random.whole(1, 3) }, (_, index) => `room-${index}`);
	const hasClub = random.chance(0.6);
	const weights = hasClub ? WEIGHTS : { ...WEIGHTS, ...WITHOUT_CLUB };
	const places = placesOf(rooms, hasClub);
	const steps: Step[] = [];
	const length = random.whole(5, 12);
	while (steps.length < length) {
		const kind = random.weighted(weights);
		// A fault needs messages in flight.
		if (kind !== 'say' && random.chance(0.5)) steps.push(makeStep('say', random, transports, places));
		const step = makeStep(kind, random, transports, places);
		if (step.do === 'change') steps.push(...makeTopic(step));
		steps.push(step);
		if (NEED_NEWS.has(kind)) steps.push(makeStep('say', random, transports, places));
		if (step.do === 'open-tab') steps.push(...makeTalk(step.client, random, places));
	}
	const copied = steps.findIndex((step) => step.do === 'copy-database');
	if (copied >= 0) {
		const last = makeStep('say', random, transports, places);
		steps.splice(random.whole(copied + 1, steps.length), 0, last, { do: 'restore-database' });
	}
	const hasLocks = random.chance(0.7);
	return { seed, transports, rooms, hasClub, hasLocks, isJoinedFirst: random.chance(0.7), steps };
}

function makeStep(
	kind: Exclude<StepKind, 'restore-database'>,
	random: Random,
	transports: readonly Transport[],
	rooms: readonly string[]
): Step {
	switch (kind) {
		case 'kill':
			return { do: kind, afterMs: random.whole(0, 20), isAwaited: random.chance(0.5) };
		case 'kill-at':
			return { do: kind, point: random.pick(POINTS), nth: random.whole(1, 3) };
		case 'pause':
			return { do: kind, pauseMs: random.whole(10, 300) };
		case 'clock':
			return { do: kind, offsetMs: random.pick([-HOUR_MS, -HOUR_MS, 0]) };
		case 'full-disk':
			return { do: kind, ...makePlace(random, transports, rooms), count: random.whole(2, 6) };
		case 'end-worker':
			return {
				do: kind,
				...makePlace(random, transports, rooms),
				...(random.chance(0.7) && { point: random.pick(POINTS.slice(0, 3)) })
			};
		case 'copy-database':
			return { do: kind };
		default:
			return makeBrowserStep(kind, random, transports, rooms);
	}
}
