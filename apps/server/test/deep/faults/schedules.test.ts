import { describe, test } from 'vitest';
import { playSchedule } from '../../faults/play.ts';
import { playSeeds, seedsFrom } from '../../faults/play-seeds.ts';

/** Repeats one schedule of a failure, or begins the schedules elsewhere. */
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? 1);

/** All of them take about a minute on two cores; `pnpm test:faults` plays any number. */
const SCHEDULES = 60;
const GROUPS = 6;

describe('whatever happens, nothing acknowledged or typed is lost, doubled or moved', () => {
	for (let group = 0; group < GROUPS; group += 1) {
		const seeds = seedsFrom(FIRST_SEED + (group * SCHEDULES) / GROUPS, SCHEDULES / GROUPS);
		test(`seeds ${seeds[0]} to ${seeds.at(-1)}`, { timeout: 300_000 }, () =>
			playSeeds(seeds, () => ({ play: playSchedule }))
		);
	}
});
