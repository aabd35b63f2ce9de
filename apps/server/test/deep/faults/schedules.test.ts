import { describe, test } from 'vitest';
import { playSchedule } from '../../faults/play.ts';
import { playSeeds, seedsFrom } from '../../faults/play-seeds.ts';

/** The first seed: repeats the schedule of a failure, or begins elsewhere. */
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? 1);

/** All of them take about a minute on two cores; `pnpm test:faults` plays any number. */
const SCHEDULES = 60;
const GROUPS = 6;

describe('random faults lose, double or move no acknowledged or typed message', () => {
	for (let group = 0; group < GROUPS; group += 1) {
		const seeds = seedsFrom(FIRST_SEED + (group * SCHEDULES) / GROUPS, SCHEDULES / GROUPS);
		test(`seeds ${seeds[0]} to ${seeds.at(-1)}`, { timeout: 300_000 }, () =>
			playSeeds(seeds, () => ({ play: playSchedule }))
		);
	}
});
