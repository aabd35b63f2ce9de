import type { Point } from './commands.ts';
import { Random } from './random.ts';
import type { Transport } from './SocketLine.ts';
import type { Step, StepKind } from './steps.ts';

/** A course of events that one seed determines. */
export interface Schedule {
	seed: number;
	transports: Transport[];
	rooms: string[];
	/** Whether the pages of a browser can wait for each other. */
	hasLocks: boolean;
	/** Whether everybody is in their rooms before it begins. */
	isJoinedFirst: boolean;
	steps: Step[];
}

/** How likely each kind of step is, next to the others. */
const WEIGHTS: Record<Exclude<StepKind, 'restore-database'>, number> = {
	say: 10,
	acknowledged: 3,
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

/** Steps that do nothing until somebody says something. */
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
	const steps: Step[] = [];
	const length = random.whole(5, 12);
	while (steps.length < length) {
		const kind = random.weighted(WEIGHTS);
		// Faults need something to hurt.
		if (kind !== 'say' && random.chance(0.5)) steps.push(makeStep('say', random, transports, rooms));
		const step = makeStep(kind, random, transports, rooms);
		steps.push(step);
		if (NEED_NEWS.has(kind)) steps.push(makeStep('say', random, transports, rooms));
		if (step.do === 'open-tab') steps.push(...makeTalk(step.client, random, rooms));
	}
	const copied = steps.findIndex((step) => step.do === 'copy-database');
	if (copied >= 0) {
		const last = makeStep('say', random, transports, rooms);
		steps.splice(random.whole(copied + 1, steps.length), 0, last, { do: 'restore-database' });
	}
	const hasLocks = random.chance(0.7);
	return { seed, transports, rooms, hasLocks, isJoinedFirst: random.chance(0.7), steps };
}

/** Two pages of a browser type one after the other, in some schedules without a connection. */
function makeTalk(client: number, random: Random, rooms: readonly string[]): Step[] {
	const room = random.pick(rooms);
	const pages = random.pick([
		[0, 1],
		[1, 0]
	] as const);
	const talk = pages.map((page): Step => {
		return { do: 'say', client, page, room, count: random.whole(1, 3), size: 0 };
	});
	return random.chance(0.4) ? [{ do: 'black-hole', client }, ...talk] : talk;
}

function makeStep(
	kind: Exclude<StepKind, 'restore-database'>,
	random: Random,
	transports: readonly Transport[],
	rooms: readonly string[]
): Step {
	const client = random.whole(0, transports.length - 1);
	const page = random.whole(0, 2);
	const room = random.pick(rooms);
	const at = { client, page, room };
	switch (kind) {
		case 'say': {
			const size = random.chance(0.1) ? 3_000 : 0;
			return { do: kind, ...at, count: random.whole(1, 6), size };
		}
		case 'acknowledged':
			return { do: kind, client, count: random.whole(1, 4) };
		case 'kill':
			return { do: kind, afterMs: random.whole(0, 20), isAwaited: random.chance(0.5) };
		case 'kill-at':
			return { do: kind, point: random.pick(POINTS), nth: random.whole(1, 3) };
		case 'pause':
			return { do: kind, pauseMs: random.whole(10, 300) };
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
		case 'clock':
			return { do: kind, offsetMs: random.pick([-HOUR_MS, -HOUR_MS, 0]) };
		case 'duplicates':
			return { do: kind, client, room, count: random.whole(1, 4), connections: random.whole(2, 4) };
		case 'away': {
			const missed = random.chance(0.7) ? random.whole(200, 1_000) : random.whole(1_001, 2_500);
			return { do: kind, ...at, missed };
		}
		case 'reload':
			return { do: kind, ...at, count: random.whole(0, 3), isMuted: random.chance(0.5) };
		case 'lose-token':
			return { do: kind, ...at, count: random.whole(0, 2) };
		case 'open-tab':
			return { do: kind, client };
		case 'close-tab':
			return { do: kind, ...at, count: random.whole(0, 3), isOffline: random.chance(0.5) };
		case 'full-disk':
			return { do: kind, ...at, count: random.whole(2, 6) };
		case 'end-worker':
			return {
				do: kind,
				...at,
				...(random.chance(0.7) && { point: random.pick(POINTS.slice(0, 3)) })
			};
		case 'copy-database':
			return { do: kind };
	}
}
