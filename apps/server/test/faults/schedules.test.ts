import { test } from 'vitest';
import { playSchedule } from './play.ts';
import { playSeeds, seedsFrom } from './play-seeds.ts';

/** Other seeds than those of the deep tests. */
const SEEDS = seedsFrom(1_001, 4);

test('random faults lose, double or move no acknowledged or typed message', { timeout: 60_000 }, () =>
	playSeeds(SEEDS, () => ({ play: playSchedule }))
);
